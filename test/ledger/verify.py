"""A second verifier of Hilo's ledger, written from docs/ledger.md alone with Python's standard library.

usage: verify.py FILE [--checkpoint NOTE]... [--receipt PROOF]...
FILE is the joined segments. Exit: 0 verified, 1 bad, 2 consistent but compared with nothing kept elsewhere.
"""
import base64, hashlib, json, re, sys

NAME, WORDS = r"[A-Za-z0-9._:@/+=~-]{1,128}", r"[ !#-\[\]-~]{0,256}"
AMOUNT, INDEX = r"(?:0|[1-9][0-9]{0,14})", r"(?:0|[1-9][0-9]{0,15})"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
HASH64, HEX64 = r"[A-Za-z0-9+/]{43}=", r"[0-9a-f]{64}"
ORIGIN = r"[!#-*,-\[\]-~]{1,128}"
KEY = ORIGIN + r"\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"
MONEY = dict(account=NAME, amount=AMOUNT, at=TIME, id=NAME)
MEMBERS = {
    "genesis": dict(at=TIME, key=KEY, origin=ORIGIN, unit=WORDS, version="[12]"),
    "version": dict(at=TIME, version="2"),
    "grant": MONEY | dict(by=NAME, reason=WORDS),
    "import": MONEY | dict(by=NAME, source=WORDS),
    "allowance": MONEY | dict(by=NAME, carried=AMOUNT, lapsed=AMOUNT, period=NAME, until=TIME),
    "hold": MONEY | dict(expires=TIME),
    "charge": MONEY | dict(actor=NAME, answer=HASH64, degraded="false|true", finish=NAME, hold="-|" + INDEX,
                           inputTokens=AMOUNT, model=WORDS, outputTokens=AMOUNT, prompt=HASH64, route=WORDS,
                           service=NAME, trace=NAME, usage="estimated|reported"),
    "settle": MONEY | dict(hold=INDEX, returned=AMOUNT),
    "release": MONEY | dict(hold=INDEX, reason=WORDS),
    "expire": MONEY | dict(hold=INDEX),
    "refund": MONEY | dict(by=NAME, charged=AMOUNT, of=INDEX, reason=WORDS),
    "exchange": dict(account=NAME, answer=HASH64, at=TIME, degraded="false|true", finish=NAME, id=NAME,
                     inputTokens=AMOUNT, model=WORDS, outputTokens=AMOUNT, prompt=HASH64, trace=NAME,
                     usage="estimated|reported"),
    "erase": dict(account=NAME, at=TIME, by=NAME, id=NAME, of=r"\*|" + INDEX, reason=WORDS),
    "reject": dict(account=NAME, at=TIME, balance=AMOUNT, id=NAME, need=AMOUNT, reason=WORDS),
    "keyrot": dict(at=TIME, key=KEY),
    "recovery": dict(at=TIME, bytes=AMOUNT, file=NAME, sha256=HEX64),
}
ONLY_IN = {"settle": 1, "exchange": 1, "version": 1, "charge": 2, "allowance": 2}
WINDOW = 2 ** 19
sha = lambda data: hashlib.sha256(data).digest()
b64 = lambda data: base64.b64encode(data).decode()


class Bad(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Bad(what)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


# --- Ed25519 (RFC 8032), slow and plain ---
P, L = 2 ** 255 - 19, 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover_x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - xx) % P == 0 and y < P and not (x == 0 and sign), "point of a key or signature")
    return P - x if x % 2 != sign else x


def point(data):
    n = int.from_bytes(data, "little")
    y, sign = n & (1 << 255) - 1, n >> 255
    x = recover_x(y, sign)
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def signed(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(point(signature[:32]), times(h, point(public)))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


# --- the tree (RFC 6962): `stack` holds (leaves, hash) of perfect subtrees, largest first ---
def node(left, right):
    return sha(b"\x01" + left + right)


def push(stack, leaf):
    stack.append((1, leaf))
    while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
        (n, right), (_, left) = stack.pop(), stack.pop()
        stack.append((2 * n, node(left, right)))


def root_of(stack):
    hashes = [h for _, h in stack]
    root = hashes.pop() if hashes else sha(b"")
    while hashes:
        root = node(hashes.pop(), root)
    return root


def included(leaf, index, size, proof):
    last = size - 1
    for sibling in proof:
        need(last > 0, "length of an inclusion proof")
        if index % 2 or index == last:
            leaf = node(sibling, leaf)
            while not index % 2 and index:
                index, last = index // 2, last // 2
        else:
            leaf = node(leaf, sibling)
        index, last = index // 2, last // 2
    need(last == 0, "length of an inclusion proof")
    return leaf


# --- the accounts ---
class Accounts:
    def __init__(self):
        self.count, self.version, self.origin, self.keys, self.issued = 0, 1, None, [], 0
        self.accounts, self.holds, self.refunds = {}, {}, {}
        self.forever, self.recent, self.previous, self.settled = set(), set(), set(), None

    def fresh(self, name, ids):
        known = name in self.holds or any(name in s for s in (self.forever, self.recent, self.previous))
        need(not known, "duplicate id " + name)
        ids.add(name)

    def take(self, account, amount):
        need(account[1] >= amount, "insufficient credits")
        allowance = min(account[4], amount)
        account[1], account[4] = account[1] - amount, account[4] - allowance
        return allowance

    def apply(self, e):
        kind, settled, self.settled = e["type"], self.settled, None
        need((self.count == 0) == (kind == "genesis"), "genesis")
        need(ONLY_IN.get(kind, self.version) == self.version, "version")
        amount = int(e.get("amount", "0"))
        # granted, available, held, spent, and the part of what is available that is an allowance
        account = self.accounts.setdefault(e["account"], [0, 0, 0, 0, 0]) if "account" in e else None
        if kind == "genesis":
            self.origin, self.version = e["origin"], int(e["version"])
        if kind in ("genesis", "keyrot"):
            self.keys.append((self.count, e["key"]))
        elif kind in ("grant", "import"):
            self.fresh(e["id"], self.forever)
            self.issued += amount
            need(self.issued < 2 ** 53, "too much issued")
            account[0] += amount
            account[1] += amount
        elif kind == "version":
            need(not self.holds, "holds are open")
            self.version = int(e["version"])
        elif kind == "allowance":
            self.fresh(e["id"], self.forever)
            carried, lapsed = int(e["carried"]), int(e["lapsed"])
            need(carried + lapsed == account[4], "what is left of an allowance")
            self.issued += amount - lapsed
            need(self.issued < 2 ** 53, "too much issued")
            account[0] += amount - lapsed
            account[1] += amount - lapsed
            account[4] = carried + amount
        elif kind == "hold":
            self.fresh(e["id"], set())
            allowance = self.take(account, amount)
            account[2] += amount
            self.holds[e["id"]] = (e["account"], amount, self.count, allowance)
        elif kind == "charge" and e["hold"] == "-":
            self.fresh(e["id"], self.recent)
            self.take(account, amount)
            account[3] += amount
        elif kind in ("settle", "charge", "release", "expire"):
            name, held, index, allowance = self.holds.pop(e["id"], (None, 0, None, 0))
            need((name, index) == (e["account"], int(e["hold"])), "no such hold")
            need(amount <= held if kind == "charge" else amount + int(e.get("returned", "0")) == held, "sum")
            self.recent.add(e["id"])
            account[1], account[2], account[4] = account[1] + held, account[2] - held, account[4] + allowance
            if kind in ("settle", "charge"):
                self.take(account, amount)
                account[3] += amount
            self.settled = e if kind == "settle" else None
        elif kind == "refund":
            charged, before = int(e["charged"]), self.refunds.get(e["of"], (int(e["charged"]), 0))
            need(int(e["of"]) < self.count and before[0] == charged, "reference of a refund")
            need(amount <= min(charged - before[1], account[3]), "too much refunded")
            self.fresh(e["id"], self.forever)
            account[1] += amount
            account[3] -= amount
            self.refunds[e["of"]] = (charged, before[1] + amount)
        elif kind == "exchange":
            need(settled and (settled["id"], settled["account"]) == (e["id"], e["account"]), "exchange without settle")
        elif kind in ("erase", "reject"):
            need(kind == "reject" or e["of"] == "*" or int(e["of"]) < self.count, "reference of an erasure")
            self.fresh(e["id"], self.recent)
        self.count += 1
        if self.count % WINDOW == 0:
            self.recent, self.previous = set(), self.recent


class Ledger:
    def __init__(self):
        self.accounts, self.stack, self.roots, self.leaves = Accounts(), [], {0: sha(b"")}, []
        self.blocks, self.prev, self.ts = 0, "0" * 64, ""

    def accept(self, line):
        block = json.loads(line)
        need(line.isascii() and canonical(block) == line, "not canonical")
        need(sorted(block) == ["count", "entries", "first", "hash", "n", "prev", "root", "ts", "v"], "members")
        need(all(type(block[k]) is int for k in ("count", "first", "n", "v")) and block["v"] == 1, "numbers")
        need(block["n"] == self.blocks and block["prev"] == self.prev, "place in the chain")
        need(block["first"] == self.accounts.count and 0 < block["count"] == len(block["entries"]) <= 4096, "count")
        need(re.fullmatch(TIME, block["ts"]) and block["ts"] >= self.ts, "time")
        header = {k: v for k, v in block.items() if k not in ("hash", "entries")}
        need(sha(b"\x02" + canonical(header).encode()).hex() == block["hash"], "hash")
        self.accounts.settled = None
        for entry in block["entries"]:
            members = MEMBERS.get(entry.get("type"), {}) | {"type": "[a-z]+"}
            need(entry.keys() == members.keys(), "members of an entry")
            need(all(type(v) is str and re.fullmatch(members[k], v) for k, v in entry.items()), "values of an entry")
            self.accounts.apply(entry)
            self.leaves.append(sha(b"\x00" + canonical(entry).encode()))
            push(self.stack, self.leaves[-1])
        root = root_of(self.stack)
        need(b64(root) == block["root"], "root")
        self.roots[self.accounts.count] = root
        self.blocks, self.prev, self.ts = self.blocks + 1, block["hash"], block["ts"]

    def checkpoint(self, note):
        """Checks a signed checkpoint and returns (size, root)."""
        cut = note.rindex("\n\n") + 1
        text, lines = note[:cut], note[cut + 1:].splitlines()
        origin, size, root = text.split("\n")[:3]
        need(origin == self.accounts.origin, "origin of a checkpoint")
        need(int(size) <= self.accounts.count, "entries are missing: a checkpoint has " + size)
        name, key_id, key = [k for start, k in self.accounts.keys if start < int(size)][-1].split("+", 2)
        public = base64.b64decode(key)
        need(public[0] == 1 and sha(name.encode() + b"\n" + public)[:4].hex() == key_id, "key id")
        own = [base64.b64decode(line.split(" ")[2]) for line in lines if line.startswith("\u2014 " + name + " ")]
        own = [s[4:] for s in own if s[:4].hex() == key_id]
        need(own and all(signed(public[1:], text.encode(), s) for s in own), "signature of a checkpoint")
        need(b64(self.roots[int(size)]) == root, "root of a checkpoint")
        return int(size), self.roots[int(size)]

    def receipt(self, text):
        start, note = text.split("\n\n", 1)
        lines = start.split("\n")
        need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "first line of a receipt")
        extra = base64.b64decode(lines.pop(0)[6:]) if lines[0].startswith("extra ") else None
        index = int(lines.pop(0).removeprefix("index "))
        size, root = self.checkpoint(note)
        need(index < size, "index of a receipt")
        need(extra is None or sha(b"\x00" + extra) == self.leaves[index], "entry of a receipt")
        proof = [base64.b64decode(line) for line in lines]
        need(included(self.leaves[index], index, size, proof) == root, "inclusion proof of a receipt")


def main(arguments):
    path, options = arguments[0], list(zip(arguments[1::2], arguments[2::2]))
    ledger, read = Ledger(), lambda name: open(name, encoding="utf-8", newline="").read()
    try:
        data = open(path, "rb").read().decode("latin-1")
        need(data.endswith("\n"), "incomplete block")
        for line in data[:-1].split("\n"):
            ledger.accept(line)
        for option, name in options:
            {"--checkpoint": ledger.checkpoint, "--receipt": ledger.receipt}[option](read(name))
    except (Bad, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        print(f"BAD in block {ledger.blocks}: {error}")
        return 1
    print(f"{ledger.accounts.count} entries in {ledger.blocks} blocks, root {b64(root_of(ledger.stack))}")
    return 0 if options else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
