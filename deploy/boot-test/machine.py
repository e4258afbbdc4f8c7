"""A machine in qemu: its power, its screen, its touch, and orders through the guest agent."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

# What the tablet of qemu calls the far edge (qapi/ui.json, input-send-event).
_TABLET_EDGE = 0x7FFF
_BOOT_SECONDS = 300
# Of qemu and of the agent, by the clock of this computer.
_ANSWER_SECONDS = 300
# Says how many microseconds a little work takes.
_WORK = """\
begun=${EPOCHREALTIME/[.,]/}
for ((i = 0; i < 30000; i++)); do :; done
echo $((${EPOCHREALTIME/[.,]/} - begun))
"""


class Answer(NamedTuple):
    """What a command in the guest said."""

    status: int
    text: str


class GuestError(Exception):
    """The guest did not do what it was told; the text says what."""


class _Line:
    """A socket with a JSON object a line: QMP, and the guest agent."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        until = time.monotonic() + 10
        while True:
            try:
                self._socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        self._rest = b""

    def send(self, message: dict[str, Any], prefix: bytes = b"") -> None:
        self._socket.sendall(prefix + json.dumps(message).encode() + b"\n")

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next object; raises TimeoutError."""
        self._socket.settimeout(seconds)
        while b"\n" not in self._rest:
            data = self._socket.recv(1 << 16)
            if not data:
                raise GuestError("the machine has hung up")
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line.lstrip(b"\xff"))

    def close(self) -> None:
        self._socket.close()


class Machine:
    """One machine; it writes to ``disk``, and sees the tars ``extra`` as disks of their own."""

    def __init__(
        self,
        folder: Path,
        *,
        disk: Path,
        kernel: Path,
        initrd: Path,
        extra: tuple[Path, ...],
        accelerator: str,
        size: tuple[int, int] = (800, 480),
    ) -> None:
        self.disk = disk
        self._folder = folder
        self._size = size
        self._qemu: subprocess.Popen[bytes] | None = None
        self._qmp: _Line | None = None
        self._agent: _Line | None = None
        self._is_heard = False
        self._boots = 0
        self.powered = 0.0
        # Unsafe: what the guest has written stays when qemu is killed; what is still in
        # the guest's memory is lost then, as in a power cut.
        drives = [f"file={disk},format=qcow2,if=virtio,cache=unsafe"]
        drives += [f"file={tar},format=raw,if=virtio,readonly=on" for tar in extra]
        # Emulated, an old processor is the quickest for Mesa: wider vectors cost more than they
        # spare, as do the detours that guard a real processor's secrets. One, because a kernel that
        # patches its own code for several of them may trip over qemu's threads ("Oops: int3").
        processor, cores = ("max", 2) if accelerator.startswith("kvm") else ("Nehalem", 1)
        kernel_line = "root=/dev/vda rw console=tty0 console=ttyS0 quiet mitigations=off panic=-1"
        kernel_line += " systemd.default_timeout_start_sec=900"
        self._command = [
            *("qemu-system-x86_64", "-nodefaults", "-no-reboot", "-display", "none"),
            *(
                "-machine",
                f"q35,accel={accelerator}",
                "-cpu",
                processor,
                "-smp",
                str(cores),
                "-m",
                "1536",
            ),
            *("-kernel", str(kernel), "-initrd", str(initrd)),
            *("-append", kernel_line),
            *(part for drive in drives for part in ("-drive", drive)),
            *("-device", f"virtio-gpu-pci,xres={size[0]},yres={size[1]}"),
            *("-device", "virtio-tablet-pci", "-device", "virtio-rng-pci"),
            *("-device", "qemu-xhci", "-device", "virtio-serial-pci", "-nic", "none"),
            *("-qmp", f"unix:{folder}/qmp,server=on,wait=off"),
            *("-chardev", f"socket,id=agent,path={folder}/agent,server=on,wait=off"),
            *("-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"),
        ]

    def boot(self) -> None:
        """Switch on; ``powered`` is when, by ``clock``. Orders wait for the guest."""
        self._boots += 1
        console = self._folder / f"console-{self._boots}.log"
        command = [*self._command, "-serial", f"file:{console}"]
        self._qemu = subprocess.Popen(command, stderr=(self._folder / "qemu.log").open("ab"))
        self.powered = self.clock()
        self._qmp = _Line(self._folder / "qmp")
        self._qmp.receive(10)
        self.qmp("qmp_capabilities")
        self._agent = _Line(self._folder / "agent")

    def clock(self) -> float:
        """Return seconds; those in which it wanted a processor that others had do not count."""
        return time.monotonic() - self._deprived()

    def _deprived(self) -> float:
        if self._qemu is None:
            return 0.0
        threads = Path(f"/proc/{self._qemu.pid}/task").glob("*/schedstat")
        return max((int(file.read_text().split()[1]) for file in threads), default=0) / 1e9

    def slowness(self) -> float:
        """Return how many times as long as this computer it takes for the same work, at least 1."""
        said = subprocess.run(["bash", "-c", _WORK], check=True, capture_output=True, text=True)
        return max(1.0, int(self.say(_WORK)) / int(said.stdout))

    def cut_power(self) -> None:
        """Pull the plug: what the guest has not written is gone."""
        assert self._qemu is not None
        os.kill(self._qemu.pid, signal.SIGKILL)
        self._forget()

    def shut_down(self) -> None:
        """Shut down in good order, and switch off."""
        assert self._qemu is not None
        self._send_to_agent("guest-shutdown", {"mode": "powerdown"})
        self._qemu.wait(timeout=4 * _BOOT_SECONDS)
        self._forget()

    def _forget(self) -> None:
        for line in (self._qmp, self._agent):
            if line is not None:
                line.close()
        if self._qemu is not None:
            self._qemu.wait()
        self._qemu = self._qmp = self._agent = None
        self._is_heard = False

    def close(self) -> None:
        """Switch off, whatever it is doing."""
        if self._qemu is not None:
            self.cut_power()

    # The screen and the pointer, from outside.

    def qmp(self, command: str, **arguments: Any) -> Any:
        """Return what qemu answers."""
        assert self._qmp is not None
        self._qmp.send({"execute": command, "arguments": arguments})
        while True:
            answer = self._qmp.receive(_ANSWER_SECONDS)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise GuestError(f"{command}: {answer['error']['desc']}")

    def screenshot(self, path: Path, kind: str) -> None:
        """Save what the panel shows, as ``png`` or ``ppm``."""
        self.qmp("screendump", filename=str(path), format=kind)

    def press(self, x: int, y: int, seconds: float) -> None:
        """Press the pointer's button at a pixel, and let it go again."""
        places = zip(("x", "y"), (x, y), self._size, strict=True)
        axes = [(axis, round(at * _TABLET_EDGE / (size - 1))) for axis, at, size in places]
        move = [{"type": "abs", "data": {"axis": axis, "value": value}} for axis, value in axes]
        self.qmp("input-send-event", events=move)
        for down in (True, False):
            press = {"type": "btn", "data": {"button": "left", "down": down}}
            self.qmp("input-send-event", events=[press])
            time.sleep(seconds if down else 0)

    # What is plugged in and pulled.

    def plug_stick(self, image: Path) -> None:
        """Plug in a USB stick that holds what a file holds."""
        file = {"driver": "file", "filename": str(image)}
        self.qmp("blockdev-add", **{"driver": "raw", "node-name": "stick", "file": file})
        self.qmp("device_add", driver="usb-storage", id="stick", drive="stick", removable=True)

    def pull_stick(self) -> None:
        """Pull the USB stick."""
        self.qmp("device_del", id="stick")

    # Orders to the guest.

    def run(self, script: str, seconds: float = 60) -> Answer:
        """Run a shell script as root in the guest; returns its exit status and what it said."""
        arguments = {"path": "/bin/bash", "arg": ["-c", script], "capture-output": True}
        pid = self._send_to_agent("guest-exec", arguments)["pid"]
        until = self.clock() + seconds
        while not (state := self._send_to_agent("guest-exec-status", {"pid": pid}))["exited"]:
            if self.clock() > until:
                raise GuestError(f"not done in {seconds:.0f} s: {script}")
            time.sleep(0.1)
        out = (base64.b64decode(state.get(name, "")).decode(errors="replace") for name in _STREAMS)
        return Answer(state.get("exitcode", -1), "".join(out))

    def say(self, script: str, seconds: float = 60) -> str:
        """Return what a script says that must succeed."""
        answer = self.run(script, seconds)
        if answer.status:
            raise GuestError(f"{script}\nended with {answer.status}:\n{answer.text}")
        return answer.text.strip()

    def wait(self, script: str, seconds: float, what: str) -> float:
        """Wait until a script succeeds; returns for how long, in seconds."""
        return self._until(lambda: self.run(script).status == 0, seconds, what)

    def _until(self, is_so: Callable[[], bool], seconds: float, what: str) -> float:
        start = self.clock()
        while not is_so():
            if self.clock() - start > seconds:
                raise GuestError(f"in vain for {seconds:.0f} s: {what}")
            time.sleep(0.2)
        return self.clock() - start

    def _agent_answers(self) -> bool:
        assert self._agent is not None
        mark = time.monotonic_ns() & 0x7FFFFFFF
        try:
            # 0xff ends whatever half an order the agent may hold (qemu-ga's own protocol).
            self._agent.send({"execute": "guest-sync", "arguments": {"id": mark}}, b"\xff")
            while self._agent.receive(2).get("return") != mark:
                pass
        except TimeoutError:
            return False
        return True

    def _send_to_agent(self, command: str, arguments: dict[str, Any]) -> Any:
        assert self._agent is not None
        if not self._is_heard:
            self._until(self._agent_answers, _BOOT_SECONDS, "the guest agent answers")
            self._is_heard = True
        self._agent.send({"execute": command, "arguments": arguments})
        if command == "guest-shutdown":
            return None
        answer = self._agent.receive(_ANSWER_SECONDS)
        if "error" in answer:
            raise GuestError(f"{command}: {answer['error']['desc']}")
        return answer["return"]


_STREAMS = ("out-data", "err-data")
