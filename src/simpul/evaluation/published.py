"""What the lists of published results say in words, in both languages.

Notes and sources stand in the files in English; here are their Indonesian readers' versions. A
text that is not known here is shown as it stands.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_TEXTS: dict[str, Promise] = {
    "listed as not taking part": _("listed as not taking part"),
    "listed as not taking part; collaboration cell empty": _(
        "listed as not taking part; collaboration cell empty"
    ),
    "from the press; index of 2021 3.06; impact is the mean of the six smart dimensions 2.75, "
    "2.75, 3.5, 3.33, 3.33, 2.75": _(
        "from the press; index of 2021 3.06; impact is the mean of the six smart dimensions 2.75, "
        "2.75, 3.5, 3.33, 3.33, 2.75"
    ),
    "name cut off in the source, completed": _("name cut off in the source, completed"),
    'improvement printed "-": no result in 2022': _('improvement printed "-": no result in 2022'),
    "collaboration 3.52 is not a possible mean of six items with five whole-number marks; "
    "printed so": _(
        "collaboration 3.52 is not a possible mean of six items with five whole-number marks; "
        "printed so"
    ),
    "one domain value was lost in the text conversion": _(
        "one domain value was lost in the text conversion"
    ),
    "the printed index stands on a border; the predicate follows the unrounded index": _(
        "the printed index stands on a border; the predicate follows the unrounded index"
    ),
    "letter B-1004/DJAI/AI.01.04/12/2022 of 6 December 2022, Ditjen Aplikasi Informatika, "
    "Kominfo": _(
        "letter B-1004/DJAI/AI.01.04/12/2022 of 6 December 2022, Ditjen Aplikasi Informatika, "
        "Kominfo"
    ),
    "letter B-1384/DJAI/AI.01.04/12/2023 of 4 December 2023, Ditjen Aplikasi Informatika, "
    "Kominfo, Lampiran II": _(
        "letter B-1384/DJAI/AI.01.04/12/2023 of 4 December 2023, Ditjen Aplikasi Informatika, "
        "Kominfo, Lampiran II"
    ),
    "Laporan Pelaksanaan Evaluasi SPBE Tahun 2024, Kementerian PANRB, 13 March 2025": _(
        "Laporan Pelaksanaan Evaluasi SPBE Tahun 2024, Kementerian PANRB, 13 March 2025"
    ),
}


def in_words(text: str) -> str | Promise:
    """The text in the reader's language where it is known, else as it stands in the source."""
    return _TEXTS.get(text, text)
