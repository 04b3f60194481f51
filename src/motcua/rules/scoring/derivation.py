"""Why a score is what it is: the rule, the inputs, the arithmetic, in words, down to the last rounding."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import leaves
from .composite import children_weights, leaf_stages, options_of
from .tree import POINTS, Node, Result, Rule

# What ladders call their usual options, and how flags are read.
USUAL: dict[str, dict[str, dict[str, str]]] = {
    "ladder": {
        "vi": {
            "on_time": "đúng hạn",
            "late": "quá hạn",
            "none": "chưa thực hiện",
            "full": "đầy đủ",
            "partial": "một phần",
            "yes": "có",
            "no": "không",
        },
        "en": {"on_time": "on time", "late": "late", "none": "not done", "full": "in full", "partial": "in part"},
    },
    "pass_fail": {"vi": {"1.0": "có", "0.0": "không"}, "en": {"1.0": "yes", "0.0": "no"}},
}
WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "nothing": "chưa có mục nào được chấm",
        "unscored": "chưa chấm: thiếu {inputs}",
        "outside": "không áp dụng; không tính vào điểm tối đa",
        "rate": "{numerator} ÷ {denominator} = {above} ÷ {below} = {rate}",
        "zero": "{denominator} = 0: theo quy tắc được {points} điểm",
        "blank": "{inputs} để trống: theo quy tắc được {points} điểm",
        "input": "{input} = {value}",
        "linear": "tỷ lệ × điểm tối đa = {rate} × {most} = {exact}",
        "target": "min(1, tỷ lệ ÷ mục tiêu) × điểm tối đa = min(1, {rate} ÷ {target}) × {most} = {exact}",
        "bands": "bậc đạt được: {exact} điểm",
        "best_unit": "so với đơn vị tốt nhất, × {most} = {exact}",
        "count": "số lượng × {each}, tối đa {cap} = {exact}",
        "count_less": "số lượng × {each} − số lỗi × {each_fault}, từ 0 đến {cap} = {exact}",
        "deduct": "{most} − số lượng × {each} = {exact}",
        "pass_fail": "mọi điều kiện đều đạt: {most}; nếu không: 0. Được {exact}",
        "ladder": "mức đã chọn được {exact} điểm",
        "best_of": "phương án cao nhất = {exact}",
        "items": "tổng các mục, tối đa {most} = {exact}",
        "survey": "Σ (số trả lời × trọng số) ÷ tổng số trả lời × {most} = {exact}",
        "survey_mean": "(trung bình − {low}) ÷ ({high} − {low}) × {most} = {exact}",
        "formula": "{expression} = {exact}",
        "value": "điểm nhập = {exact}",
        "rounded": "làm tròn thành {score}",
        "sum": "tổng các mục = {parts} = {exact}",
        "rebase": "quy đổi theo điểm tối đa áp dụng {applicable}: {exact}",
        "bonus": "cộng điểm thưởng (tối đa {cap}): {points}",
        "penalty": "trừ điểm phạt (tối đa {cap}): {points}",
        "stage_raw": "giá trị = {value}",
        "stage_denominated": "chia cho {denominator} = {value}",
        "stage_imputed": "thiếu, được điền bằng {value}",
        "stage_treated": "giá trị ngoại lai được xử lý thành {value}",
        "stage_normalised": "chuẩn hóa ({method}) = {value}",
        "aggregate": "tổng hợp ({method}) của {parts} = {exact}",
    },
    "en": {
        "nothing": "no part is scored yet",
        "unscored": "unscored: {inputs} missing",
        "outside": "does not apply; left out of the maximum",
        "rate": "{numerator} ÷ {denominator} = {above} ÷ {below} = {rate}",
        "zero": "{denominator} = 0: the rule gives {points} points",
        "blank": "{inputs} blank: the rule gives {points} points",
        "input": "{input} = {value}",
        "linear": "rate × most = {rate} × {most} = {exact}",
        "target": "min(1, rate ÷ target) × most = min(1, {rate} ÷ {target}) × {most} = {exact}",
        "bands": "the band reached: {exact} points",
        "best_unit": "against the best unit, × {most} = {exact}",
        "count": "count × {each}, at most {cap} = {exact}",
        "count_less": "count × {each} − faults × {each_fault}, from 0 to {cap} = {exact}",
        "deduct": "{most} − count × {each} = {exact}",
        "pass_fail": "all conditions hold: {most}; else 0. Reached {exact}",
        "ladder": "the chosen option gives {exact} points",
        "best_of": "the highest of the cases = {exact}",
        "items": "the sum of the items, at most {most} = {exact}",
        "survey": "Σ (answers × weight) ÷ all answers × {most} = {exact}",
        "survey_mean": "(mean − {low}) ÷ ({high} − {low}) × {most} = {exact}",
        "formula": "{expression} = {exact}",
        "value": "points entered = {exact}",
        "rounded": "rounded to {score}",
        "sum": "the sum of the parts = {parts} = {exact}",
        "rebase": "re-based on the applicable maximum {applicable}: {exact}",
        "bonus": "bonus added (at most {cap}): {points}",
        "penalty": "penalty taken (at most {cap}): {points}",
        "stage_raw": "value = {value}",
        "stage_denominated": "divided by {denominator} = {value}",
        "stage_imputed": "missing, filled with {value}",
        "stage_treated": "an outlier, treated to {value}",
        "stage_normalised": "normalised ({method}) = {value}",
        "aggregate": "aggregated ({method}) from {parts} = {exact}",
    },
}


@dataclass(frozen=True)
class Derivation:
    """One node of a unit's derivation: its steps in words, and the derivations below it."""

    code: str
    name: str
    score: float | None
    most: float | None
    steps: tuple[str, ...]
    parts: tuple["Derivation", ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the derivation as indented lines."""
        most = f" / {figure(self.most)}" if self.most is not None else ""
        score = "–" if self.score is None else figure(self.score)
        yield f"{'  ' * depth}{self.code} {self.name}: {score}{most}"
        for step in self.steps:
            yield f"{'  ' * depth}    {step}"
        for part in self.parts:
            yield from part.lines(depth + 1)


def figure(value: float) -> str:
    """Return a figure with at most six decimals and no idle zeros."""
    return "–" if np.isnan(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def derive(result: Result, unit: str, code: str = "", language: str = "vi") -> Derivation:
    """Return the derivation of a unit's score at a node (the whole, if none is named).

    Raises:
        KeyError: no such unit or node.
    """
    if unit not in result.data.units:
        raise KeyError(unit)
    node = result.nodes[code or result.framework.root.code].node
    return _Deriving(result, result.data.units.index(unit), WORDS[language], language).node(node)


class _Deriving:
    """The derivation of one unit in one language."""

    def __init__(self, result: Result, place: int, words: dict[str, str], language: str) -> None:
        self.result, self.place, self.words, self.language = result, place, words, language

    def node(self, node: Node) -> Derivation:
        """Return the derivation of a node and all below."""
        found = self.result.nodes[node.code]
        score, most = float(found.score[self.place]), float(found.most[self.place])
        parts = tuple(self.node(child) for child in node.children)
        steps = [*self._steps(node), *self._rounded(node)]
        known = None if np.isnan(score) else score
        return Derivation(
            node.code, node.name(self.language), known, None if np.isnan(most) else most, tuple(steps), parts
        )

    def say(self, word: str, **values: Any) -> str:
        """Return a sentence with figures put in."""
        shown = {name: figure(value) if isinstance(value, float | int) else value for name, value in values.items()}
        return self.words[word].format(**shown)

    def _steps(self, node: Node) -> Iterator[str]:
        if self.result.framework.kind == POINTS:
            return self._points_parent(node) if node.children else self._points_leaf(node)
        return self._composite_parent(node) if node.children else self._composite_leaf(node)

    def _rounded(self, node: Node) -> Iterator[str]:
        found = self.result.nodes[node.code]
        exact, score = found.exact[self.place], found.score[self.place]
        if not np.isnan(score) and abs(exact - score) > 1e-9:
            yield self.say("rounded", score=float(score))

    def _number(self, code: str) -> float:
        return float(self.result.data.number(code)[self.place])

    def _points_leaf(self, node: Node) -> Iterator[str]:
        assert node.rule is not None
        rule, exact = node.rule, float(self.result.nodes[node.code].exact[self.place])
        if leaves.outside(rule, self.result.data)[self.place]:
            yield self.say("outside")
            return
        missing = [code for code in leaves.inputs_of(rule) if self._lacks(code)]
        if np.isnan(exact):
            yield self.say("unscored", inputs=self._called(missing))
            return
        yield from self._inputs(rule)
        if missing and len(missing) == len(leaves.inputs_of(rule)):
            yield self.say("blank", inputs=self._called(missing), points=exact)
        elif "denominator" in rule.options and self._number(rule["denominator"]) == 0:
            yield self.say("zero", denominator=self._called([rule["denominator"]]), points=exact)
        else:
            yield self._arithmetic(node, rule, exact)

    def _called(self, codes: Sequence[str]) -> str:
        """Return inputs as people call them; their codes where the framework has no labels."""
        return ", ".join(self.result.framework.label(code, self.language) for code in codes)

    def _lacks(self, code: str) -> bool:
        texts = self.result.data.texts.get(code)
        return not texts[self.place] if texts is not None else bool(np.isnan(self._number(code)))

    def _inputs(self, rule: Rule) -> Iterator[str]:
        if "denominator" in rule.options:
            above, below = self._number(rule["numerator"]), self._number(rule["denominator"])
            rate = above / below if below else np.nan
            names = {name: self._called([rule[name]]) for name in ("numerator", "denominator")}
            yield self.say("rate", **names, above=above, below=below, rate=float(rate))
            return
        for code in leaves.inputs_of(rule):
            texts = self.result.data.texts.get(code)
            value = texts[self.place] if texts is not None else self._number(code)
            if rule.kind in USUAL:
                value = USUAL[rule.kind][self.language].get(str(value), value)
            yield self.say("input", input=self._called([code]), value=value)

    def _arithmetic(self, node: Node, rule: Rule, exact: float) -> str:
        values: dict[str, Any] = {"low": 1, "high": 5, "cap": node.points, **rule.options}
        if rule.kind in ("linear", "target"):
            values["rate"] = float(leaves.rate(rule, self.result.data)[self.place])
        words = "count_less" if "faults" in rule.options else rule.kind
        return self.say(words, **(values | {"most": node.points, "exact": exact}))

    def _points_parent(self, node: Node) -> Iterator[str]:
        children = [self.result.nodes[child.code] for child in node.children]
        regular = [child for child in children if not child.node.adjustment]
        scores = [float(child.score[self.place]) for child in regular]
        found = self.result.nodes[node.code]
        if np.isnan(found.exact[self.place]):
            yield self.words["nothing"]
            return
        yield self.say("sum", parts=" + ".join(map(figure, scores)), exact=float(np.nansum(scores)))
        applicable = float(found.most[self.place])
        if abs(applicable - node.points) > 1e-9 and (node is self.result.framework.root or node.options.get("rebase")):
            based = np.nansum(scores) / applicable * node.points if applicable else np.nan
            yield self.say("rebase", applicable=applicable, exact=float(based))
        for child in children:
            if child.node.adjustment:
                points = float(np.nan_to_num(child.score[self.place]))
                yield self.say(child.node.adjustment, cap=child.node.points, points=points)

    def _composite_leaf(self, node: Node) -> Iterator[str]:
        before = np.nan
        for stage, column in leaf_stages(self.result.framework, node, self.result.data).items():
            value = float(column[self.place])
            if stage in ("raw", "normalised") or not (value == before or np.isnan(value)):
                method = options_of(self.result.framework, node, "normalise").get("method", "minmax")
                below = node.options.get("denominator", "")
                yield self.say(f"stage_{stage}", value=value, denominator=below, method=method)
            before = value

    def _composite_parent(self, node: Node) -> Iterator[str]:
        framework = self.result.framework
        table = np.column_stack([self.result.nodes[child.code].score for child in node.children])
        weights = children_weights(framework, node, table)
        pairs = zip(node.children, table[self.place], weights, strict=True)
        parts = ", ".join(f"{child.code} {figure(value)} (× {figure(weight)})" for child, value, weight in pairs)
        method = options_of(framework, node, "aggregate").get("method", "arithmetic")
        yield self.say(
            "aggregate", method=method, parts=parts, exact=float(self.result.nodes[node.code].exact[self.place])
        )
