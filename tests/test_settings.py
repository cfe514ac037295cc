"""Every setting has a default, is checked at the start, and a wrong one is named with what it should look like."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from paas.deployments.stages import Stage
from paas.errors import Invalid
from paas.settings import BASE_IMAGES, KNOWN, STAGE_SECONDS, Settings


def test_nothing_set_gives_the_defaults(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"PATH": "/bin", "HOME": "/root"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/quayside.db"
    assert settings.docker_host is None
    assert settings.public_url is None
    assert settings.proxies == ()
    assert settings.app_host == "127.0.0.1"
    assert settings.local_repositories is None
    assert settings.deployments_at_once == 2
    assert settings.stage_seconds == STAGE_SECONDS
    assert settings.base_images == BASE_IMAGES
    assert settings.git_environment == {}
    assert settings.host_proc is None
    assert settings.engine_disk is None


def test_everything_set_is_taken(tmp_path):
    settings = Settings.from_environment(
        {
            "PAAS_HOST": "0.0.0.0",
            "PORT": "5000",
            "PAAS_DATA_DIR": str(tmp_path),
            "DATABASE_URL": "postgresql+psycopg://quayside@db/quayside",
            "DOCKER_HOST": "tcp://10.0.0.2:2376",
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": "/certs",
            "PAAS_PUBLIC_URL": "https://paas.example.org/",
            "PAAS_TRUSTED_PROXIES": "10.0.0.7, fd00::/8",
            "PAAS_APP_HOST": "apps.example.org",
            "PAAS_LOCAL_REPOSITORIES": str(tmp_path),
            "PAAS_DEPLOYMENTS_AT_ONCE": "5",
            "PAAS_STAGE_SECONDS": "cloning_repo=60, checking=30",
            "PAAS_BASE_IMAGES": "python=registry.example.org:5000/python:{version},static=busybox@sha256:0",
            "HTTPS_PROXY": "http://user:secret@proxy:3128",
            "PAAS_HOST_PROC": "/proc",
            "PAAS_ENGINE_DISK": str(tmp_path),
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=5000,
        data_dir=tmp_path,
        database_url="postgresql+psycopg://quayside@db/quayside",
        docker_host="tcp://10.0.0.2:2376",
        docker_tls_verify=True,
        docker_cert_path=Path("/certs"),
        public_url="https://paas.example.org",
        trusted_proxies=(ip_network("10.0.0.7"), ip_network("fd00::/8")),
        app_host="apps.example.org",
        local_repositories=tmp_path,
        deployments_at_once=5,
        stage_seconds=STAGE_SECONDS | {"cloning_repo": 60, "checking": 30},
        base_images=BASE_IMAGES
        | {"python": "registry.example.org:5000/python:{version}", "static": "busybox@sha256:0"},
        git_environment={"HTTPS_PROXY": "http://user:secret@proxy:3128"},
        host_proc=Path("/proc"),
        engine_disk=tmp_path,
    )
    assert "secret" not in repr(settings)


def test_every_stage_that_takes_time_has_a_limit():
    assert list(STAGE_SECONDS) == [stage for stage in Stage if stage is not Stage.COMPLETED]


def test_the_database_lives_in_the_data_folder(tmp_path):
    settings = Settings.from_environment({"PAAS_DATA_DIR": str(tmp_path / "elsewhere")})
    assert settings.database_url == f"sqlite:///{tmp_path}/elsewhere/quayside.db"


def test_an_empty_setting_is_one_not_set():
    empty = dict.fromkeys((*KNOWN, "PORT", "DATABASE_URL", "DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"), "")
    assert Settings.from_environment(empty) == Settings.from_environment({})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "PORT must be a number"),
        ("PORT", "65536", "PORT must be a number"),
        ("PORT", "-1", "PORT must be a number"),
        ("PORT", "٣", "PORT must be a number"),
        ("PORT", "9" * 5000, "PORT must be a number"),
        ("DOCKER_HOST", "ssh://server", "forward its socket"),
        ("DOCKER_HOST", "/var/run/docker.sock", "DOCKER_HOST must begin with unix://"),
        ("PAAS_PUBLIC_URL", "paas.example.org", "PAAS_PUBLIC_URL must look like"),
        ("PAAS_PUBLIC_URL", "ftp://paas.example.org", "PAAS_PUBLIC_URL must look like"),
        ("PAAS_PUBLIC_URL", "https://paas.example.org/?a=b", "PAAS_PUBLIC_URL must look like"),
        ("PAAS_TRUSTED_PROXIES", "proxy.example.org", "must name addresses or networks"),
        ("PAAS_TRUSTED_PROXIES", "10.0.0.1/8", "must name addresses or networks"),
        ("PAAS_APP_HOST", "http://apps.example.org", "must be a host name"),
        ("PAAS_LOCAL_REPOSITORIES", "repositories", "whole path of a folder that exists"),
        ("PAAS_LOCAL_REPOSITORIES", "/does/not/exist", "whole path of a folder that exists"),
        ("PAAS_DEPLOYMENTS_AT_ONCE", "0", "a number from 1 to 100"),
        ("PAAS_DEPLOYMENTS_AT_ONCE", "many", "a number from 1 to 100"),
        ("PAAS_STAGE_SECONDS", "600", "knows cloning_repo, building_image"),
        ("PAAS_STAGE_SECONDS", "cloning=600", "not 'cloning'. It looks like cloning_repo=600"),
        ("PAAS_STAGE_SECONDS", "checking=0", "PAAS_STAGE_SECONDS, checking, must be a number from 1 to 86400"),
        ("PAAS_BASE_IMAGES", "php=php:8", "not 'php'"),
        ("PAAS_BASE_IMAGES", "python", "'' is not the name of an image"),
        ("PAAS_BASE_IMAGES", "python=python:3\nRUN true", "is not the name of an image"),
        ("PAAS_HOST_PROC", "/", "must be where the machine's /proc is mounted"),
        ("PAAS_HOST_PROC", "/does/not/exist", "whole path of a folder that exists"),
        ("PAAS_ENGINE_DISK", "var/lib/docker", "whole path of a folder that exists"),
        ("PAAS_DATADIR", "/srv", "Unknown setting PAAS_DATADIR. Known ones are"),
    ],
)
def test_a_wrong_setting_is_named(name, value, said):
    with pytest.raises(Invalid, match=name) as refused:
        Settings.from_environment({name: value})
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("environ", "address", "is_https"),
    [
        ({}, "http://127.0.0.1:8000", False),
        ({"PAAS_HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1:80", False),
        ({"PAAS_HOST": "::1"}, "http://[::1]:8000", False),
        ({"PAAS_PUBLIC_URL": "http://paas.example.org"}, "http://paas.example.org", False),
        ({"PAAS_PUBLIC_URL": "https://paas.example.org"}, "https://paas.example.org", True),
    ],
)
def test_the_address_is_what_people_type(environ, address, is_https):
    settings = Settings.from_environment(environ)
    assert (settings.address, settings.is_https) == (address, is_https)


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({"PAAS_PUBLIC_URL": "https://paas.example.org:8443/quayside"}, "paas.example.org"),
        ({"PAAS_PUBLIC_URL": "http://[::1]:8000"}, "[::1]"),
        ({"PAAS_PUBLIC_URL": "https://paas.example.org", "PAAS_APP_HOST": "10.0.0.2"}, "10.0.0.2"),
        ({"PAAS_APP_HOST": "[fd00::1]"}, "[fd00::1]"),
    ],
)
def test_links_to_apps_lead_to_where_the_dashboard_is(environ, host):
    assert Settings.from_environment(environ).app_host == host
