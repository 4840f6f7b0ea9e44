"""One container: its files on the disk, and all that must be ready before its process can start."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace

from tracer.minidocker import goroutine, ioutil, syscall
from tracer.minidocker.engine import Engine, Env
from tracer.minidocker.execdriver import Command, Mount, Pipes
from tracer.minidocker.monitor import ContainerMonitor, new_container_monitor
from tracer.minidocker.runconfig import Config, HostConfig
from tracer.minidocker.state import State
from tracer.minidocker.streams import BroadcastWriter
from tracer.minidocker.twin import twin_of
from tracer.minidocker.volumes import prepare_volumes_for_container, setup_mounts_for_container

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
