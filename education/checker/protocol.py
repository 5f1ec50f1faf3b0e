"""Read a protocol from its TOML files; it is proved whole before anybody uses it."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from education.checker.conditions import SIGN_VALUES, Condition, ConditionError, Count, Said, parse
from education.checker.parts import (
    Advice,
    Feature,
    Pattern,
    Protocol,
    ProtocolError,
    Question,
    Rule,
    ScreenPlan,
    Text,
)
from education.checker.proof import prove
from education.urgency.levels import Level

__all__ = ["Protocol", "ProtocolError", "load_protocol"]

REGIONS = ("neck", "upper-back", "low-back", "shoulder")

Table = dict[str, Any]


def load_protocol(folder: Path, language: str) -> Protocol:
    """Return the proved protocol of a folder in a language; raise ``ProtocolError`` otherwise."""
    logic_path, words_path = folder / "protocol.toml", folder / f"{language}.toml"
    protocol = _Reader(logic_path, words_path).protocol(language)
    prove(protocol, logic_path)
    return protocol


def _toml(path: Path) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProtocolError(f"{path}: cannot be read ({error}); mend the file.") from error


@contextmanager
def _naming(path: Path, id: str) -> Iterator[None]:
    """Turn what goes wrong inside into a ``ProtocolError`` that names the file and the id."""
    try:
        yield
    except KeyError as error:
        raise ProtocolError(
            f"{path}: {id}: {error} is missing or unknown; add it or correct the id."
        ) from error
    except (ConditionError, ValueError) as error:
        raise ProtocolError(f"{path}: {id}: {error}") from error


def _by_id(path: Path, rows: list[Table]) -> dict[str, Table]:
    ids = [row.get("id", "?") for row in rows]
    for id in ids:
        if ids.count(id) > 1 or id == "?":
            raise ProtocolError(f"{path}: {id}: stands {ids.count(id)} times; give each entry its own id.")
    return dict(zip(ids, rows, strict=True))


def careful(level: Level) -> Level | None:
    """Return the level of 'not sure': advice today for an emergency, one step less for the rest.

    Source: evidence 0.3.4; the steps below advice today are a decision of ours.
    """
    if level.is_emergency:
        return Level.URGENT_TODAY
    return Level.BOOK_SOON if level is Level.URGENT_TODAY else None


class _Reader:
    """Reads the two files of a protocol together."""

    def __init__(self, logic_path: Path, words_path: Path) -> None:
        self.logic_path, self.words_path = logic_path, words_path
        self.logic, self.words = _toml(logic_path), _toml(words_path)
        self.rows = _by_id(logic_path, self.logic["question"])
        self.options = {id: tuple(row.get("options", SIGN_VALUES)) for id, row in self.rows.items()}
        self.facts = self._facts()

    def protocol(self, language: str) -> Protocol:
        screens = {
            id: self._screen(id, row) for id, row in _by_id(self.logic_path, self.logic["screen"]).items()
        }
        rules = [rule for id, row in self.rows.items() for rule in self._rules_of_question(id, row)]
        rules += [self._rule(id, row) for id, row in _by_id(self.logic_path, self.logic["rule"]).items()]
        advice = {id: self._advice(id, row) for id, row in self.logic["advice"].items()}
        patterns = _by_id(self.logic_path, self.logic.get("pattern", []))
        self._prove_no_strangers(screens, patterns)
        return Protocol(
            version=self.logic["version"],
            checked_on=self.logic["checked_on"],
            language=language,
            questions={id: self._question(id, row) for id, row in self.rows.items()},
            screens=screens,
            facts=self.facts,
            rules=tuple(rules),
            patterns=tuple(self._pattern(id, row) for id, row in patterns.items()),
            advice=advice,
            phrases={
                key: self._text(self.words["phrases"], key) for key in self.words["phrases"] if key != "other"
            },
        )

    def _facts(self) -> dict[str, Condition]:
        facts: dict[str, Condition] = {}
        raw = self.logic["facts"] | {
            f"in-{region}": {"is": {"region": self._places(region)}} for region in REGIONS
        }

        def fact(name: str) -> Condition | None:
            if name in raw and name not in facts:
                if name in open_names:
                    raise ProtocolError(f"{self.logic_path}: {name}: leads back to itself; break the circle.")
                open_names.append(name)
                with _naming(self.logic_path, name):
                    facts[name] = parse(raw[name], self.options, fact)
                open_names.pop()
            return facts.get(name)

        open_names: list[str] = []
        for name in raw:
            fact(name)
        return facts

    def _places(self, region: str) -> list[str]:
        return [place for place, regions in self.logic["areas"].items() if region in regions]

    def _condition(self, raw: object) -> Condition:
        return parse(raw, self.options, self.facts.get)

    def _maybe(self, raw: object) -> Condition | None:
        return None if raw is None else self._condition(raw)

    def _text(self, table: Table, key: str) -> Text:
        return Text(me=table[key], other=table.get("other", {}).get(key, table[key]))

    def _optional_text(self, table: Table, key: str) -> Text | None:
        return self._text(table, key) if key in table else None

    def _words(self, kind: str, id: str) -> Table:
        try:
            table: Table = self.words[kind][id]
        except KeyError as error:
            raise ProtocolError(f"{self.words_path}: {id}: has no words; add [{kind}.{id}].") from error
        return table

    def _ask(self, row: Table) -> Condition | None:
        parts = [self._condition(row["ask_if"])] if "ask_if" in row else []
        regions = row.get("regions", REGIONS)
        if set(regions) != set(REGIONS):
            places = {place for region in regions for place in self._places(region)}
            parts.insert(
                0, Said(question="region", values=tuple(p for p in self.options["region"] if p in places))
            )
        return Count(number=len(parts), parts=tuple(parts)) if parts else None

    def _question(self, id: str, row: Table) -> Question:
        words = self._words("questions", id)
        with _naming(self.words_path, id):
            labels = {value: self._text(self.words["options"], value) for value in row.get("options", ())}
            label = self._text(words, "label")
            because = self._optional_text(words, "because") or label
            why, help = self._optional_text(words, "why"), self._optional_text(words, "help")
        with _naming(self.logic_path, id):
            return Question(
                id=id,
                screen="" if row.get("offer") else row["screen"],
                tier=row["tier"],
                options=self.options[id],
                ask=self._ask(row),
                offer=row.get("offer", False),
                follows=Level.from_slug(row["follows"]) if "follows" in row else None,
                sources=tuple(row.get("sources", ())),
                decision=row.get("decision", False),
                label=label,
                because=because,
                why=why,
                help=help,
                option_labels=labels,
            )

    def _rules_of_question(self, id: str, row: Table) -> Iterator[Rule]:
        """A sign with a level is a rule of its own; softened by ``unless`` it is two, the lower one firm."""
        if "level" not in row:
            return
        sign = {"when": id} | {key: row[key] for key in ("level", "unless", "unsure", "advice") if key in row}
        sign |= {"sources": row.get("sources", []), "decision": row.get("decision", False)}
        words = self._words("questions", id)
        yield self._rule(id, sign, words)
        if "otherwise" in row:
            firm = {key: sign[key] for key in ("when", "sources", "decision")} | {"level": row["otherwise"]}
            if careful(Level.from_slug(row["level"])) == Level.from_slug(row["otherwise"]):
                firm["unsure"] = row["otherwise"]  # 'not sure' about an emergency sign, softened or not
            yield self._rule(id, firm, words)

    def _rule(self, id: str, row: Table, words: Table | None = None) -> Rule:
        words = words or self._words("rules", id)
        with _naming(self.words_path, id):
            because = self._text(words, "because")
        with _naming(self.logic_path, id):
            level = Level.from_slug(row["level"])
            doubt = Level.from_slug(row["unsure"]) if "unsure" in row else careful(level)
            return Rule(
                id=id,
                level=level,
                when=self._condition(row["when"]),
                unless=self._maybe(row.get("unless")),
                doubt=None if doubt is Level.SELF_CARE else doubt,
                follows=Level.from_slug(row["follows"]) if "follows" in row else None,
                advice=row.get("advice"),
                sources=tuple(row.get("sources", ())),
                decision=row.get("decision", False),
                because=because,
            )

    def _screen(self, id: str, row: Table) -> ScreenPlan:
        words = self._words("screens", id)
        with _naming(self.words_path, id):
            return ScreenPlan(
                id=id,
                is_ticks=row["kind"] == "ticks",
                title=self._text(words, "title"),
                hint=self._optional_text(words, "hint"),
                none=self._optional_text(words, "none") or self._text(self.words["phrases"], "none"),
                questions=tuple(q for q, question in self.rows.items() if question.get("screen") == id),
            )

    def _pattern(self, id: str, row: Table) -> Pattern:
        words = self._words("patterns", id)
        with _naming(self.logic_path, id):
            return Pattern(
                id=id,
                ask=self._ask(row),
                needs=row["needs"],
                toward=tuple(self._feature(raw, words["toward"]) for raw in row["toward"].items()),
                away=tuple(self._feature(raw, words["away"]) for raw in row.get("away", {}).items()),
                sources=tuple(row["sources"]),
                title=self._text(words, "title"),
            )

    def _feature(self, raw: tuple[str, object], words: Table) -> Feature:
        return Feature(when=self._condition(raw[1]), words=self._text(words, raw[0]))

    def _advice(self, id: str, row: Table) -> Advice:
        words = self._words("advice", id)
        with _naming(self.words_path, id):
            return Advice(
                id=id, title=words["title"], steps=tuple(words["steps"]), sources=tuple(row["sources"])
            )

    def _prove_no_strangers(self, screens: Mapping[str, Any], patterns: Mapping[str, Any]) -> None:
        known = {"questions": self.rows, "screens": screens, "patterns": patterns}
        known |= {"rules": {row["id"]: row for row in self.logic["rule"]}, "advice": self.logic["advice"]}
        for kind, ids in known.items():
            for id in self.words.get(kind, {}):
                if id not in ids:
                    raise ProtocolError(f"{self.words_path}: {id}: words for nothing in {kind}; remove them.")
