"""Times of CMS_verify inside libcrypto, without starting a process for each: run as `python -m … FOLDER TURNS`, prints JSON.
The engine comes from OPENSSL_CONF of this process's environment."""

import ctypes
import ctypes.util
import json
import sys
import time
from pathlib import Path

_LOAD_CONFIG, _BINARY, _CADES = 0x40, 0x80, 0x100000
_CRL_CHECK, _CRL_CHECK_ALL, _PURPOSE_ANY = 0x4, 0x8, 7
_BUILT = (
    "BIO_new_mem_buf", "BIO_s_null", "BIO_new", "X509_STORE_new", "PEM_read_bio_X509", "PEM_read_bio_X509_CRL", "d2i_CMS_bio",
)  # fmt: skip


class Library:
    """Chain, lists of revoked certificates and signature, as the openssl program checks them with -crl_check_all -cades."""

    def __init__(self, folder: Path) -> None:
        self.lib = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
        for name in _BUILT:
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.lib.OPENSSL_init_crypto(ctypes.c_uint64(_LOAD_CONFIG), None)
        self.signature, self.document = (folder / "doc.sig").read_bytes(), (folder / "doc.bin").read_bytes()
        self.root, self.crl = (folder / "root.pem").read_bytes(), (folder / "root.crl").read_bytes()
        self.store = ctypes.c_void_p(self.lib.X509_STORE_new())
        root = self.lib.PEM_read_bio_X509(self._bio(self.root), None, None, None)
        crl = self.lib.PEM_read_bio_X509_CRL(self._bio(self.crl), None, None, None)
        self.lib.X509_STORE_add_cert(self.store, ctypes.c_void_p(root))
        self.lib.X509_STORE_add_crl(self.store, ctypes.c_void_p(crl))
        self.lib.X509_STORE_set_flags(self.store, ctypes.c_ulong(_CRL_CHECK | _CRL_CHECK_ALL))
        self.lib.X509_STORE_set_purpose(self.store, _PURPOSE_ANY)

    def _bio(self, data: bytes) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.lib.BIO_new_mem_buf(data, len(data)))

    def verify(self) -> bool:
        source, content = self._bio(self.signature), self._bio(self.document)
        message = ctypes.c_void_p(self.lib.d2i_CMS_bio(source, None))
        sink = ctypes.c_void_p(self.lib.BIO_new(ctypes.c_void_p(self.lib.BIO_s_null())))
        good = self.lib.CMS_verify(message, None, self.store, content, sink, _BINARY | _CADES)
        self.lib.CMS_ContentInfo_free(message)
        for each in (source, content, sink):
            self.lib.BIO_free(each)
        return bool(good == 1)


def main(folder: str, turns: str) -> None:
    library = Library(Path(folder))
    times = []
    for _turn in range(int(turns) + 2):
        began = time.perf_counter()
        if not library.verify():
            raise SystemExit("libcrypto does not verify")
        times.append(time.perf_counter() - began)
    print(json.dumps(times[2:]))


if __name__ == "__main__":
    main(*sys.argv[1:])
