"""A simulated world that brings itself into the state which an operation needs."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.support.canary import KEY, PASSWORD, secret_file
from tests.support.simulator import SimulatorProcess

DEVICES = 3
CODE = "246810"
SETTING = "log_level"
_MANY = 500


class Bench(Mapping[str, str]):
    """What the braces of ``words`` stand for, made when it is looked up."""

    def __init__(self, simulator: SimulatorProcess, folder: Path) -> None:
        self._simulator = simulator
        self._folder = folder
        self._session: str | None = None
        self._made: dict[str, Callable[[], str]] = {
            "target": self._target,
            "session": self._running,
            "paused": self._paused,
            "interrupted": self._interrupted,
            "device": lambda: self._device("discovered"),
            "failed": self._failed,
            "camera": lambda: self._camera(lambda camera: camera["status"] == "online"),
            "unplaced": lambda: self._camera(lambda camera: "container_id" not in camera),
            "placed": lambda: str(self._container()["cameras"][0]["device_id"]),
            "container": lambda: str(self._container()["id"]),
            "ssid": self._joined,
            "unpaired": self._unpaired,
            "setting": lambda: SETTING,
            "key": lambda: self._file("key", KEY),
            "password": lambda: self._file("password", PASSWORD),
            "totp": lambda: self._file("totp", CODE),
            "out": lambda: str(folder / "out"),
        }

    def __getitem__(self, name: str) -> str:
        return self._made[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def _running(self) -> str:
        if self._session is None:
            self._stop_all()
            self._session = self._simulator.start_session()
            self._seen(lambda devices: len(devices) == DEVICES)
        return self._session

    def _stop_all(self) -> None:
        for session in self._ask("GET", "provisioning/sessions/recoverable")["sessions"]:
            self._ask("POST", f"provisioning/batch/{session['id']}/stop")

    def _target(self) -> str:
        """Return a network for a session to begin with, once no other runs."""
        self._stop_all()
        return "Shop"

    def _paused(self) -> str:
        session = self._running()
        self._ask("POST", f"provisioning/batch/{session}/pause")
        return session

    def _interrupted(self) -> str:
        session = self._running()
        self._simulator.restart()
        return session

    def _device(self, state: str) -> str:
        self._running()
        found = self._seen(lambda devices: any(device["state"] == state for device in devices))
        return str(next(device["mac"] for device in found if device["state"] == state))

    def _failed(self) -> str:
        self._ask("POST", f"provisioning/batch/{self._running()}/provision-all")
        return self._device("failed")

    def _seen(self, condition: Callable[[list[Any]], bool]) -> list[Any]:
        """Ask until the devices fulfil the condition; the call itself takes its time."""
        for _ in range(_MANY):
            devices: list[Any] = self._simulator.session(str(self._session))["devices"]
            if condition(devices):
                return devices
        raise AssertionError(devices)

    def _camera(self, condition: Callable[[dict[str, Any]], bool]) -> str:
        cameras = self._ask("GET", "cameras")["cameras"]
        return str(next(camera["id"] for camera in cameras if condition(camera)))

    def _container(self) -> dict[str, Any]:
        """Return one that holds cameras and has its last position free."""
        containers: list[dict[str, Any]] = self._ask("GET", "containers")["containers"]
        return next(container for container in containers if container["cameras"])

    def _joined(self) -> str:
        status = self._ask("GET", "wifi/status")
        status = status.get("status", status)
        return str(status.get("client_ssid") or status["ssid"])

    def _unpaired(self) -> str:
        self._ask("POST", "espcam/scan")
        for _ in range(_MANY):
            for found in self._ask("GET", "espcam/discovered")["devices"]:
                if not found["paired"]:
                    return str(found["mac_address"])
        raise AssertionError("nothing was found")

    def _file(self, name: str, text: str) -> str:
        return str(secret_file(self._folder / name, text + "\n"))

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        answer = self._simulator.call(method, f"/api/v1/{path}").raise_for_status()
        data: dict[str, Any] = answer.json()["data"]
        return data
