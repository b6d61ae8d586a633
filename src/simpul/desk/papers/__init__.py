"""The mechanics of official papers: typesetting, QR codes, signatures, a demonstration authority.

    typeset     a Typst template and data become a PDF/A-2b
    qr          an address becomes a picture
    signatures  a PDF gets signature fields, is signed (PAdES B-B), and is verified
    authority   makes certificates for demonstrations, and says so in them
    safe        where this installation keeps its certificates and whom it trusts

What a paper says, and who may sign it, is decided by the rooms above; no table is touched here.
"""
