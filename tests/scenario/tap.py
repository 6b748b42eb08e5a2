"""A wire that is listened to: a proxy on loopback which keeps every byte that goes through it, can be cut, and, with
the secrets that GnuTLS writes to SSLKEYLOGFILE, shows what is inside of TLS 1.3. Only tests have those secrets; what is
found inside is what a node hands to its partner's door, and has to be as sealed as the outside."""
import ctypes
import hashlib
import hmac
import os
import socket
import struct
import threading

SUITES = {0x1301: ("sha256", b"AES-128-GCM", 16), 0x1302: ("sha384", b"AES-256-GCM", 32),
          0x1303: ("sha256", b"CHACHA20-POLY1305", 32)}
LABELS = (("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"),
          ("SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"))
CHANGE, HANDSHAKE, DATA = 20, 22, 23
gnutls = ctypes.CDLL("libgnutls.so.30")


class Datum(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_uint)]


class Tap:
    """Listens on self.port and passes on to a port. sides: what went each way, a pair for each connection."""

    def __init__(self, port):
        self.to, self.open, self.sides, self.socks = port, True, [], set()
        self.door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def address(self):
        return f"https://127.0.0.1:{self.port}"

    def accept(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            sides = (bytearray(), bytearray())
            self.sides.append(sides)
            self.socks |= {near, far}
            for a, b, kept in ((near, far, sides[0]), (far, near, sides[1])):
                threading.Thread(target=self.carry, args=(a, b, kept), daemon=True).start()

    def carry(self, a, b, kept):
        try:
            while data := a.recv(65536):
                kept += data
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.socks -= {a, b}

    def cut(self):
        self.open = False
        for s in list(self.socks):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mend(self):
        self.open = True

    def bytes(self):
        return sum(len(a) + len(b) for a, b in self.sides)


def secrets(*files):
    """What nodes wrote about their sessions: (label, client random) to secret."""
    out = {}
    for name in files:
        if not os.path.exists(name):
            continue
        with open(name, encoding="ascii", errors="replace") as f:
            for line in f:
                w = line.split()
                if len(w) == 3:
                    out[w[0], w[1].lower()] = bytes.fromhex(w[2])
    return out


def expand(name, secret, label, n):
    """HKDF-Expand-Label of RFC 8446 7.1 without context; n fits one block."""
    label = b"tls13 " + label
    info = struct.pack(">HB", n, len(label)) + label + b"\0"
    return hmac.new(secret, info + b"\x01", name).digest()[:n]


class Opener:
    """One direction under one secret."""

    def __init__(self, suite, secret):
        name, cipher, n = SUITES[suite]
        self.key, self.iv = expand(name, secret, b"key", n), expand(name, secret, b"iv", 12)
        self.handle, self.n = ctypes.c_void_p(), 0
        datum = Datum(self.key, n)
        gnutls.gnutls_cipher_get_id.restype = ctypes.c_int
        if gnutls.gnutls_aead_cipher_init(ctypes.byref(self.handle), gnutls.gnutls_cipher_get_id(cipher),
                                          ctypes.byref(datum)) != 0:
            raise ValueError("no such cipher")

    def open(self, head, body):
        nonce = bytes(a ^ b for a, b in zip(self.iv, struct.pack(">4xQ", self.n)))
        out, n = ctypes.create_string_buffer(len(body)), ctypes.c_size_t(len(body))
        if gnutls.gnutls_aead_cipher_decrypt(self.handle, nonce, ctypes.c_size_t(12), head, ctypes.c_size_t(len(head)),
                                             ctypes.c_size_t(16), body, ctypes.c_size_t(len(body)), out,
                                             ctypes.byref(n)) != 0:
            return None
        self.n += 1
        return out.raw[:n.value]

    def close(self):
        gnutls.gnutls_aead_cipher_deinit(self.handle)


def records(side):
    at = 0
    while at + 5 <= len(side):
        n = struct.unpack_from(">H", side, at + 3)[0]
        if at + 5 + n > len(side):
            return
        yield side[at], bytes(side[at:at + 5]), bytes(side[at + 5:at + 5 + n])
        at += 5 + n


def hello(side, kind):
    """The last hello of that kind (a retry is one as well): its random, and the rest behind its session id."""
    found = None, b""
    for what, _, body in records(side):
        if what == HANDSHAKE and body[:1] == bytes([kind]):
            found = body[6:38].hex(), body[39 + body[38]:]
    return found


def inside(sides, known):
    """What went each way inside of TLS, and how many records could not be opened (all, if the secrets are not there)."""
    random, _ = hello(sides[0], 1)
    _, rest = hello(sides[1], 2)
    out, closed = [], 0
    suite = struct.unpack_from(">H", rest)[0] if len(rest) >= 2 else 0
    for side, labels in zip(sides, LABELS):
        keys = [known.get((x, random)) for x in labels]
        openers = [Opener(suite, k) for k in keys] if None not in keys and suite in SUITES else []
        plain = bytearray()
        now = 0
        for what, head, body in records(side):
            if what != DATA:
                continue
            text = openers[now].open(head, body) if openers else None
            if text is None and openers and now == 0:
                now = 1
                text = openers[1].open(head, body)
            if text is None:
                closed += 1
            else:
                text = text.rstrip(b"\0")
                plain += text[:-1]  # the last is the kind of record: handshakes (certificates) are searched as well
        for o in openers:
            o.close()
        out.append(bytes(plain))
    return out, closed
