"""The Kubernetes base, rendered by kubectl and checked without a cluster."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from app import __version__
from app.settings import Settings

pytestmark = pytest.mark.real

BASE = Path(__file__).parents[2] / "k8s" / "base"
KUBERNETES = "1.37"


@pytest.fixture(scope="module")
def objects() -> dict[str, Any]:
    assert shutil.which("kubectl"), "kubectl is missing"
    done = subprocess.run(["kubectl", "kustomize", BASE], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "kustomize warns"
    return {rendered["kind"]: rendered for rendered in yaml.safe_load_all(done.stdout)}


@pytest.fixture(scope="module")
def pod(objects: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = objects["Deployment"]["spec"]["template"]["spec"]
    return spec


@pytest.fixture(scope="module")
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod["containers"]
    found: dict[str, Any] = only
    return found


def test_every_object_fits_its_schema(objects: dict[str, Any]) -> None:
    assert objects.keys() == {"ConfigMap", "Deployment", "Service"}
    for rendered in objects.values():
        kubernetes_validate.validate(rendered, KUBERNETES, strict=True)


def test_a_misspelt_field_does_not_fit(objects: dict[str, Any]) -> None:
    misspelt = {**objects["Service"], "spec": {**objects["Service"]["spec"], "selecter": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(misspelt, KUBERNETES, strict=True)


def test_selectors_choose_the_pods_by_the_hand_written_label_alone(objects: dict[str, Any]) -> None:
    by_hand = {"app.kubernetes.io/name": "warmline"}
    assert objects["Deployment"]["spec"]["selector"] == {"matchLabels": by_hand}
    assert objects["Service"]["spec"]["selector"] == by_hand
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert labels == {**by_hand, "app.kubernetes.io/part-of": "warmline"}


def test_the_service_and_the_probes_reach_the_container(objects: dict[str, Any], container: dict[str, Any]) -> None:
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    (port,) = objects["Service"]["spec"]["ports"]
    assert (port["name"], port["port"], ports[port["targetPort"]]) == ("http", 80, 8000)
    asked = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {name: get["path"] for name, get in asked.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert {ports[get["port"]] for get in asked.values()} == {8000}


def test_the_grace_period_covers_the_pause_and_the_drain(
    objects: dict[str, Any], pod: dict[str, Any], container: dict[str, Any]
) -> None:
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    (text,) = objects["ConfigMap"]["data"].values()
    drain_s = Settings.model_validate(yaml.safe_load(text)).drain_s
    # After the drain: a client that does not read, the embedded model's end, and what nobody thought of.
    assert pod["terminationGracePeriodSeconds"] >= pause + drain_s + 10


def test_the_image_is_this_version(container: dict[str, Any]) -> None:
    assert container["image"] == f"warmline:{__version__}"


def test_the_pod_meets_the_restricted_profile(pod: dict[str, Any], container: dict[str, Any]) -> None:
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 10001,
        "runAsGroup": 10001,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert [volume["name"] for volume in pod["volumes"] if "emptyDir" in volume] == ["tmp"]
    assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]  # noqa: S108


def test_memory_is_limited_and_the_processor_is_not(container: dict[str, Any]) -> None:
    assert container["resources"]["limits"].keys() == {"memory"}
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}


def test_the_cluster_adds_no_settings_of_its_own(pod: dict[str, Any]) -> None:
    assert pod["enableServiceLinks"] is False


def test_the_container_finds_a_config_that_can_serve(
    objects: dict[str, Any], pod: dict[str, Any], container: dict[str, Any]
) -> None:
    (variable,) = [entry for entry in container["env"] if entry["name"] == "WARMLINE_CONFIG"]
    path = Path(variable["value"])
    (mount,) = [entry for entry in container["volumeMounts"] if entry["mountPath"] == str(path.parent)]
    (volume,) = [entry for entry in pod["volumes"] if entry["name"] == mount["name"]]
    assert volume["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
    settings = Settings.model_validate(yaml.safe_load(objects["ConfigMap"]["data"][path.name]))
    assert [worker.embedded for worker in settings.workers] == [True]
    assert settings.default_model == "smollm2"


def test_the_vllm_lines_in_the_comment_are_a_config() -> None:
    lines = (BASE / "warmline.yaml").read_text().splitlines()
    shown = "\n".join(line.removeprefix("#") for line in lines if line.startswith("#   "))
    settings = Settings.model_validate(yaml.safe_load(shown))
    assert settings.models.keys() == {"llama2", "mistral"}
