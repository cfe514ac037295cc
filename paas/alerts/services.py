"""The services that notices may go to, by the beginning of their address. Pure.

Written out, and not taken from Apprise: a new version of it must not bring in by itself what opens files or speaks to
the machine's own desktop. A test compares this list with what Apprise knows.
"""

import re

from paas.errors import Invalid

LONGEST = 2_000
ADDRESS = re.compile(r"([a-z0-9]{1,20})://[^\s]+", re.ASCII | re.IGNORECASE)

REFUSED = {
    **dict.fromkeys(
        ("dbus", "qt", "kde", "glib", "gio", "gnome", "macosx", "windows", "syslog", "blink1"),
        "shows notices on the machine of the dashboard, where nobody looks",
    ),
    **dict.fromkeys(("fcm", "vapid", "nostr", "session", "sessions", "sogs"), "needs files on the machine"),
    **dict.fromkeys(
        ("mqtt", "mqtts", "growl", "smpp", "smpps", "xmpp", "xmpps"), "needs a package that is not installed"
    ),
    **dict.fromkeys(
        ("amqp", "amqps", "irc", "ircs", "aprs", "rsyslog", "apprise", "apprises"),
        "cannot tell whether a notice has arrived, or hands it on to other services unseen",
    ),
}

OPENS_FILES = frozenset({"keyfile", "pgpkey", "subfile", "attach", "config", "include"})
"""What may stand after the ? of an address and would have a file of the machine read. It is said here so that people
hear of it at once; that no file is opened, however it is written, is seen to in guard.py."""
TEMPLATE_IS_FILE = frozenset({"slack", "discord", "tgram", "workflow", "workflows"})

_NAMES = """
46elks: 46elks elks
800.com: eight00com
Africas Talking: atalk
AWS Simple Email Service (SES): ses
AWS Simple Notification Service (SNS): sns
Bark: bark barks
Better Stack: betterstack
BlueSky: bluesky bsky
Brevo: brevo
BulkSMS: bulksms
BulkVS: bulkvs
Chanify: chanify
Cisco Webex Teams: webex wxteams
Clickatell: clickatell
ClickSend: clicksend
CM.com: cm
D7 Networks: d7sms
Dapnet: dapnet
Delta Chat: deltachat deltachats
DingTalk: dingtalk
Discord: discord
Dot.: dot
Mail: mailto mailtos
Emby: emby embys
Enigma2: enigma2 enigma2s
Evolution API: evolution evolutions
Exotel: exotel
Feishu: feishu
FireHydrant: firehydrant
Flock: flock
Flowtriq: flowtriq flowtriqs
Fluxer: fluxer fluxers
Webhook (form): form forms
Free-Mobile: freemobile
GitHub: github
GoAlert: goalert goalerts
Google Chat: gchat
Gorush: gorush gorushs
Gotify: gotify gotifys
Groundmail: groundmail
GroupMe: groupme
Guilded: guilded
Gupshup: gupshup
HomeAssistant: hassio hassios
httpSMS: httpsms
HumHub: humhub humhubs
IFTTT: ifttt
ilert: ilert
incident.io: incidentio
Infobip: infobip
Jellyfin: jellyfin jellyfins
Jira: jira
Join: join
Webhook (JSON): json jsons
KakaoTalk: kakao kakaotalk
Kaleyra: kaleyra klr
Kavenegar: kavenegar
Kodi/XBMC: kodi kodis xbmc xbmcs
Kook: kook
Kudosity: burstsms kudosity
Kumulos: kumulos
LaMetric: lametric lametrics
Lark (Feishu): lark
Lauther: lauther
LFG Alarm: lfg
Line: line
MailerSend: mailersend
Mailgun: mailgun
Mastodon: mastodon mastodons toot toots
Matrix: matrix matrixs
Mattermost: mmost mmosts
MessageBird: msgbird
Misskey: misskey misskeys
Mobile Message: mobilemessage mobilemsg
MSG91: msg91
Nextcloud: ncloud nclouds
Nextcloud Talk: nctalk nctalks
Notica: notica noticas
Notifiarr: notifiarr
Notifico: notifico notificos
Notifyre: notifyre
ntfy: ntfy ntfys
Octopush: octopush
Office 365: azure o365
OneBot: onebot onebots
OneSignal: onesignal
Opsgenie: opsgenie
Pager Duty: pagerduty
PagerTree: pagertree
Parse Platform: parsep parseps
Pinglet: pinglet pinglets
Pingram: pingram
Plivo: plivo
Postmark: postmark
Microsoft Teams: workflow workflows
Prowl: prowl
Pushbullet: pbul
PushDeer: pushdeer pushdeers
Pushed: pushed
Pushjet: pjet pjets
PushMe: pushme
Pushover: pover
Pushplus: pushplus wecom
Pushsafer: psafer psafers
PushWard: pushward
Pushy: pushy
QQ Push: qq
Reddit: reddit
Resend: resend
Revolt: revolt
RingCentral: ringc
Rocket.Chat: rocket rockets
Ryver: ryver
SendGrid: sendgrid
SendPulse: sendpulse
ServerChan: schan
SerwerSMS: serwersms
seven: seven
Signal API: signal signals
Signalgrid: signalgrid
SIGNL4: signl4
Simplepush: simplepush spush
Sinch: sinch
Slack: slack
SMS Eagle: smseagle smseagles
SMS Manager: smsmanager smsmgr
SMSC: smsc
SMSTunnel: smstunnel
SMTP2Go: smtp2go
SFR: sfr
SparkPost: sparkpost
Spike.sh: spike
Splunk On-Call: splunk victorops
SpugPush: spugpush
Squadcast: squadcast
Stackfield: stackfield
Streamlabs: strmlabs
Synology Chat: synology synologys
Techulus Push: push
Telegram: tgram
Telesign: telesign
Telnyx: telnyx
Threema Gateway: threema
Trigv: trigv trigvs
Twilio: twilio
Twist: twist
Twitter: tweet twitter x
Viber: viber
VoIPms: voipms
Vonage: nexmo vonage
WeChat (WeCom): wechat
WeCom Bot: wecombot
Whapi.Cloud: whapi
WhatsApp: whatsapp
WPUSH: wpush
WxPusher: wxpusher
xMatters: xmatters
Webhook (XML): xml xmls
YouLMK: youlmk
Zalo: zalo
Zoho Cliq: cliq zcliq zohocliq
Zoom: zoom
Zulip: zulip
"""
SERVICES: dict[str, str] = {
    schema: name
    for name, _, schemas in (line.rpartition(": ") for line in _NAMES.strip().splitlines())
    for schema in schemas.split()
}
"""The beginning of an address -> the service, as people know it."""


def service_of(url: str) -> str:
    """The service of this address; Invalid when it can be none. What is said quotes nothing of it but its beginning:
    the rest is a secret."""
    found = ADDRESS.fullmatch(url)
    if found is None or len(url) > LONGEST or not url.isprintable():
        raise Invalid(
            "The address must look like slack://..., mailto://... or json://..., without blanks, in at most "
            f"{LONGEST} characters. docs/alerts.md has an example for each common service.",
            field="url",
        )
    schema = found[1].lower()
    if schema in REFUSED:
        raise Invalid(f"{schema}:// cannot be used: it {REFUSED[schema]}.", field="url")
    if schema not in SERVICES:
        raise Invalid(_unknown(schema), field="url")
    _refuse_files(schema, url)
    return SERVICES[schema]


def _unknown(schema: str) -> str:
    if schema in ("http", "https"):
        webhook = "jsons" if schema == "https" else "json"
        return f"For a webhook of your own write {webhook}:// instead of {schema}://."
    return f"There is no service {schema}://. docs/alerts.md has an example for each common one."


def _refuse_files(schema: str, url: str) -> None:
    names = {part.partition("=")[0].lower().lstrip("+-:") for part in re.split(r"[?&]", url)[1:]}
    opened = sorted(names & (OPENS_FILES | ({"template"} if schema in TEMPLATE_IS_FILE else set())))
    if opened:
        raise Invalid(f"{opened[0]}= cannot be used: it would have a file of this machine read.", field="url")
