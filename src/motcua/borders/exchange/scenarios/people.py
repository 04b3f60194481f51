"""Invented people: names from syllables, identity numbers that nobody can have."""

import random

FAMILY = (
    "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Y H".split()
)
MIDDLE = {
    "m": "Văn Văn Văn Hữu Đức Công Quang Minh Xuân Ngọc Thành Đình".split(),
    "f": "Thị Thị Thị Thị Ngọc Thu Kim Mỹ Thanh Hồng Bích Phương".split(),
}
GIVEN = {
    "m": "An Anh Bảo Bình Chiến Cường Dũng Đạt Đông Giang Hải Hiếu Hòa Hùng Huy Khánh Khoa Lâm Long Lộc Nam Nghĩa "
    "Phong Phúc Quân Quý Sơn Tài Tâm Thắng Thiện Toàn Trung Tuấn Tùng Việt Vinh Vương".split(),
    "f": "Anh Ánh Châu Chi Diệp Dung Duyên Giang Hà Hạnh Hằng Hiền Hoa Huệ Hương Lan Linh Loan Mai My Nga Ngân "
    "Nhung Oanh Phương Quyên Quỳnh Tâm Thảo Thoa Thủy Trang Trinh Tuyết Uyên Vân Xuân Yến".split(),
}  # fmt: skip
HAMLETS = ("thôn", "buôn", "tổ dân phố")


def person(rng: random.Random) -> tuple[str, str]:
    """Return a name and an identity number of twelve digits.

    The number says a birth in the twenty-third century, so that it is nobody's.
    """
    sex = "f" if rng.random() < 0.5 else "m"
    pick = rng.random
    family, middle, given = FAMILY[int(pick() * len(FAMILY))], MIDDLE[sex], GIVEN[sex]
    name = f"{family} {middle[int(pick() * len(middle))]} {given[int(pick() * len(given))]}"
    return name, f"066{'9' if sex == 'f' else '8'}{int(pick() * 100):02d}{int(pick() * 1_000_000):06d}"


def address(rng: random.Random, place: str) -> str:
    """Return an address at a place."""
    return f"{HAMLETS[int(rng.random() * 3)]} {1 + int(rng.random() * 14)}, {place}"
