"""What Decision 766/QĐ-TTg asks of dossiers: numerator and denominator of each leaf that the record can answer.

The codes are the metric codes of the national system. The denominator of most leaves is all dossiers received or
handled in the period.
"""

from typing import Any

from motcua.measure.metrics.definitions import dossiers as d
from motcua.measure.metrics.definitions.measure import counts, share

QD_766 = "QĐ 766/QĐ-TTg"


def _among(denominator: Any, rows: Any, q: Any) -> Any:
    """Return which rows the denominator counts."""
    return denominator.opens(rows, q)


def _leaf(code: str, rows_that: object, vi: str, en: str, source: str, denominator: object = d.counted) -> None:
    counted = counts(
        rows_that,  # type: ignore[arg-type]
        code=f"766.{code}_num",
        name_vi=f"{vi} (tử số)",
        name_en=f"{en} (numerator)",
        words_vi=f"{vi}, trong số hồ sơ của kỳ.",
        words_en=f"{en}, of the dossiers of the period.",
        source=f"{QD_766}, {source}",
        better="up",
    )
    counts(
        lambda rows, q: _among(denominator, rows, q) & ~rows_that(rows, q).fill_null(False),  # type: ignore[operator]
        code=f"766.{code}_lost",
        name_vi=f"{vi}: hồ sơ làm mất điểm",
        name_en=f"{en}: dossiers that lose points",
        words_vi=f"Hồ sơ của kỳ không thuộc: {vi}.",
        words_en=f"Dossiers of the period that are not: {en}.",
        source=f"{QD_766}, {source}",
        better="down",
    )
    share(
        counted,
        denominator,  # type: ignore[arg-type]
        code=f"766.{code}",
        name_vi=vi,
        name_en=en,
        words_vi=f"{vi}, trên tổng số hồ sơ của kỳ.",
        words_en=f"{en}, as a share of the dossiers of the period.",
        source=f"{QD_766}, {source}",
        better="up",
    )


_leaf(
    "PROGRESS_ON_TIME",
    lambda rows, q: (rows.judged <= 0).fill_null(False) | (~rows.resolved & ~rows.overdue),
    "Hồ sơ xử lý đúng hạn hoặc đang xử lý trong hạn",
    "Dossiers resolved in time, or open in time",
    "chỉ số 2.1",
)
_leaf(
    "ORIGINAL_RESULT_AVAILABLE",
    lambda rows, q: rows.e_result,
    "Hồ sơ có kết quả điện tử",
    "Dossiers with an electronic result",
    "chỉ số 4.1",
)
_leaf(
    "SO_HOA_GIAY_TO_GIAI_QUYET",
    lambda rows, q: rows.e_result & (rows.digitised > 0),
    "Hồ sơ thực hiện số hóa",
    "Digitised dossiers: components and result",
    "chỉ số 4.2",
)
_leaf(
    "REUSED_DIGITIZED_DATA",
    lambda rows, q: rows.reused > 0,
    "Hồ sơ khai thác, sử dụng lại dữ liệu số hóa",
    "Dossiers that reuse digitised data",
    "chỉ số 4.3",
)
_leaf(
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE",
    lambda rows, q: rows.from_store > 0,
    "Hồ sơ lấy giấy tờ từ kho dữ liệu điện tử",
    "Dossiers with papers from the data store",
    "chỉ số 4.4",
)
_leaf(
    "CITIZEN_DATA_CONNECTED_DOSSIER",
    lambda rows, q: rows.authenticated,
    "Hồ sơ dùng thông tin từ Cơ sở dữ liệu quốc gia về dân cư",
    "Dossiers that use the population database",
    "chỉ số 4.5",
)
_leaf(
    "DOSSIER_SYNC",
    lambda rows, q: ~rows.opening & rows.synchronised,
    "Hồ sơ tiếp nhận trong kỳ đã đồng bộ lên Cổng dịch vụ công quốc gia",
    "Dossiers received in the period and synchronised to the national portal",
    "chỉ số 1.4",
    denominator=d.received,
)
