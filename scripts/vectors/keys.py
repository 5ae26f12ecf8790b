#!/usr/bin/env python3
"""Writes Tests/KeysTests/Vectors/keys.json: EIP-2333 derivations by the plain Python below (HKDF and SHA-256 of the
standard library) and EIP-2335 keystores by hashlib and pycryptodome. Needs: pip install py_ecc pycryptodome."""
import hashlib
import hmac
import json
import pathlib
import unicodedata

from Crypto.Cipher import AES
from Crypto.Util import Counter
from py_ecc.bls import G2ProofOfPossession as bls
from py_ecc.optimized_bls12_381 import curve_order

ROOT = pathlib.Path(__file__).resolve().parents[2]


def expand(prk, info, count):
    output, block = b"", b""
    for number in range(1, (count + 31) // 32 + 1):
        block = hmac.new(prk, block + info + bytes([number]), hashlib.sha256).digest()
        output += block
    return output[:count]


def hkdf_mod_r(material):
    salt, key = b"BLS-SIG-KEYGEN-SALT-", 0
    while key == 0:
        salt = hashlib.sha256(salt).digest()
        prk = hmac.new(salt, material + b"\0", hashlib.sha256).digest()
        key = int.from_bytes(expand(prk, (48).to_bytes(2, "big"), 48), "big") % curve_order
    return key


def child(parent, index):
    salt, material = index.to_bytes(4, "big"), parent.to_bytes(32, "big")
    lamport = b""
    for half in (material, bytes(byte ^ 255 for byte in material)):
        lamport += expand(hmac.new(salt, half, hashlib.sha256).digest(), b"", 32 * 255)
    chunks = b"".join(hashlib.sha256(lamport[32 * i : 32 * i + 32]).digest() for i in range(510))
    return hkdf_mod_r(hashlib.sha256(chunks).digest())


def descend(seed, path):
    key = hkdf_mod_r(seed)
    for part in path.split("/")[1:]:
        key = child(key, int(part))
    return key


derivations = []
for seed, path in (
    (bytes(range(32)), "m"),
    (bytes(range(32)), "m/0"),
    (bytes(range(64)), "m/12381/3600/0/0/0"),
    (b"\xff" * 32, "m/12381/3600/7/0"),
    (hashlib.sha512(b"polai").digest(), "m/4294967295/2147483648/1"),
):
    key = descend(seed, path)
    derivations.append({"seed": seed.hex(), "path": path, "secret": key.to_bytes(32, "big").hex(), "public": bls.SkToPk(key).hex()})


def keystore(name, password, function, parameters, path):
    text = unicodedata.normalize("NFKD", password)
    encoded = "".join(c for c in text if not (ord(c) < 32 or 127 <= ord(c) < 160)).encode()
    salt, iv = hashlib.sha256(name.encode()).digest(), hashlib.md5(name.encode()).digest()
    if function == "scrypt":
        derived = hashlib.scrypt(encoded, salt=salt, dklen=32, maxmem=2**28, **parameters)
    else:
        derived = hashlib.pbkdf2_hmac("sha256", encoded, salt, parameters["c"], 32)
        parameters = parameters | {"prf": "hmac-sha256"}
    key = int.from_bytes(hashlib.sha256(b"key " + name.encode()).digest(), "big") % curve_order
    cipher = AES.new(derived[:16], AES.MODE_CTR, counter=Counter.new(128, initial_value=int.from_bytes(iv, "big")))
    text = cipher.encrypt(key.to_bytes(32, "big"))
    return {
        "name": name,
        "password": password,
        "secret": key.to_bytes(32, "big").hex(),
        "keystore": {
            "crypto": {
                "kdf": {"function": function, "params": {"dklen": 32, **parameters, "salt": salt.hex()}, "message": ""},
                "checksum": {"function": "sha256", "params": {}, "message": hashlib.sha256(derived[16:] + text).hexdigest()},
                "cipher": {"function": "aes-128-ctr", "params": {"iv": iv.hex()}, "message": text.hex()},
            },
            "description": name,
            "pubkey": bls.SkToPk(key).hex(),
            "path": path,
            "uuid": "64625def-3331-4eea-ab6f-782f3ed16a83",
            "version": 4,
        },
    }


keystores = [
    keystore("scrypt", "correct horse", "scrypt", {"n": 1024, "r": 8, "p": 1}, "m/12381/3600/0/0/0"),
    keystore("scrypt, two lanes", "", "scrypt", {"n": 256, "r": 4, "p": 2}, ""),
    keystore("pbkdf2", "battery staple", "pbkdf2", {"c": 4096}, "m/12381/3600/1/0/0"),
    # Fullwidth letters, an Angstrom sign, a ligature and control codes: NFKD changes the first three and the rest goes.
    keystore("normalised password", "\uff30\uff21\uff33\uff33 \u212b \ufb01\x07\x7f\x9f\n", "pbkdf2", {"c": 1000}, "m/0"),
]

path = ROOT / "Tests/KeysTests/Vectors/keys.json"
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps({"derivations": derivations, "keystores": keystores}, indent=1) + "\n")
print(path.relative_to(ROOT))
