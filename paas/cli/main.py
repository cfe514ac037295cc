"""The commands, from the top."""

import click

from paas.cli import alerts, apps, backup, deploy, doctor, keys, logs, stats, tokens, users


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Settings come from the environment, as for the dashboard itself: PAAS_DATA_DIR, DATABASE_URL.",
)
def main() -> None:
    """Quayside, from the command line.

    \b
    users add NAME --role owner|admin|member   add a user
    users list                                 show all users
    users role NAME admin|member               make a user an admin or a member
    users remove NAME                          remove a user
    users password NAME                        give a user another password
    users two-factor-off NAME                  for who has lost their phone
    users grant NAME APP view|deploy|manage    give a member an app
    users withdraw NAME APP                    take it away
    users grants APP                           show who was given an app
    \b
    tokens create NAME TITLE [--scope read]    make a token for a program of the user
    tokens list NAME                           show the tokens of a user
    tokens withdraw NAME ID                    make one worth nothing
    \b
    apps create NAME --repository URL          add an app of a Git repository
    apps create NAME --image IMAGE             add an app of an image
    apps list                                  show all apps
    apps show APP                              show one app
    apps change APP --branch main ...          change an app
    apps environment APP [--replace]           show or replace its variables
    apps delete APP [--volumes]                delete an app and its containers
    \b
    deploy APP [--ref COMMIT] [--follow]       deploy an app, and wait for the end
    logs APP [--follow] [--tail N]             print the log of an app
    stats [APP]                                show what the machine and apps use
    \b
    alerts list [--all]                        show what fires
    alerts rules                               show the rules behind it
    alerts silence RULE [--hours 8]            tell nobody of what a rule finds
    alerts destinations                        show where notices go
    alerts add NAME [--app APP]                have notices sent somewhere
    alerts test ID                             send a test notice
    alerts remove ID                           send nothing there any more
    \b
    doctor                                     say what is wrong with this machine
    keys rotate                                make a new key to sign with
    backup FILE                                save database, keys and build logs
    restore FILE [--force]                     bring them back
    """


main.add_command(users.users_group)
main.add_command(tokens.tokens_group)
main.add_command(apps.apps_group)
main.add_command(deploy.deploy)
main.add_command(logs.logs)
main.add_command(stats.stats)
main.add_command(alerts.alerts_group)
main.add_command(doctor.doctor)
main.add_command(keys.keys_group)
main.add_command(backup.backup)
main.add_command(backup.restore)
