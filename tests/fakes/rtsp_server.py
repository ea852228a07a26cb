"""A real network camera on this machine: a GStreamer RTSP server, run by the system's Python."""

import signal
import socket
import subprocess
import time

START_LIMIT_S = 40.0
PROGRAM = """
import sys, gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer
Gst.init(None)
port, width, height, rate, key_every, codec = sys.argv[1:]
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1"); server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    f"( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width={width},"
    f"height={height},framerate={rate}/1 ! x{codec}enc tune=zerolatency speed-preset=ultrafast "
    f"key-int-max={key_every} ! "
    f"rtph{codec}pay name=pay0 pt=96 config-interval=1 )"
)
factory.set_shared(True)
server.get_mount_points().add_factory("/cam", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
"""


class RtspServer:
    """Serves `url`; use in a `with`."""

    def __init__(
        self,
        width: int = 640,
        height: int = 360,
        frame_rate: int = 25,
        *,
        key_every: int = 0,  # pictures; every second when 0
        codec: int = 264,  # or 265
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._shape = [str(width), str(height), str(frame_rate), str(key_every or frame_rate)]
        self._shape.append(str(codec))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self._port}/cam"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["/usr/bin/python3", "-c", PROGRAM, str(self._port), *self._shape],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        deadline = time.monotonic() + START_LIMIT_S
        assert self._process.stdout.readline() == b"ready\n"
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError("the camera did not start")

    def restart(self) -> None:
        """Off and on again, at the same address."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """It keeps its connections and sends nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
