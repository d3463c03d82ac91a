"""Read by a node under attack as it starts: names below `silent.example` are answered by nobody."""

import socket
import time

SILENT_S = 15
look_up = socket.getaddrinfo


def silent_or(host, *words, **how):
    if str(host).endswith(".silent.example"):
        time.sleep(SILENT_S)
        raise socket.gaierror(socket.EAI_AGAIN, "nobody answers")
    return look_up(host, *words, **how)


socket.getaddrinfo = silent_or
