"""What awaits a clinician's signature: choices of ours that no publication makes. Plain Python, no Django.

They come from ``decisions.toml``; a question or rule marked ``decision = true`` that no entry names stands
for itself. What is signed is a text with the full wording of every rule concerned, so that a change of any
of them asks for a new signature.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from education.checker.parts import Protocol, ProtocolError
from education.checker.sentences import question_text, rule_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A choice: what was open, what we chose and why, and the rules or questions that carry it out."""

    id: str
    question: str
    chosen: str
    why: str
    rules: tuple[str, ...]
    text: str  # what a clinician signs

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def load_decisions(folder: Path, protocol: Protocol) -> tuple[Decision, ...]:
    """Return every decision in the order of the file, then marked rules and questions that no entry names.

    Raises ``ProtocolError`` for an unknown rule or an id that stands twice.
    """
    path = folder / "decisions.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["decision"]
    known = set(protocol.questions) | {rule.id for rule in protocol.rules}
    seen: set[str] = set()
    decisions = []
    for row in rows:
        if row["id"] in seen:
            raise ProtocolError(f"{path}: {row['id']}: stands twice; give each decision its own id.")
        if strangers := [id for id in row.get("rules", ()) if id not in known]:
            raise ProtocolError(f"{path}: {row['id']}: names the unknown {strangers}; correct the ids.")
        seen.add(row["id"])
        decisions.append(
            _decision(
                protocol, row["id"], row["question"], row["chosen"], row["why"], tuple(row.get("rules", ()))
            )
        )
    named = {id for decision in decisions for id in decision.rules}
    decisions += [_marked(protocol, id) for id in marked(protocol) if id not in named]
    return tuple(decisions)


def marked(protocol: Protocol) -> tuple[str, ...]:
    """Return the ids of questions and rules that the protocol marks as decisions."""
    ids = [question.id for question in protocol.questions.values() if question.decision]
    ids += [rule.id for rule in protocol.rules if rule.decision]
    return tuple(dict.fromkeys(ids))


def _marked(protocol: Protocol, id: str) -> Decision:
    question = protocol.questions.get(id)
    words = (
        question.label.me if question else next(rule.because.me for rule in protocol.rules if rule.id == id)
    )
    return _decision(
        protocol, id, f"Is this right: “{words}”?", "As written below.", "Marked as a choice of ours.", (id,)
    )


def _decision(
    protocol: Protocol, id: str, question: str, chosen: str, why: str, rules: tuple[str, ...]
) -> Decision:
    lines = [question, chosen, why, *(text for rule in rules for text in _texts(protocol, rule))]
    return Decision(id=id, question=question, chosen=chosen, why=why, rules=rules, text="\n\n".join(lines))


def _texts(protocol: Protocol, id: str) -> Iterator[str]:
    if id in protocol.questions:
        yield question_text(protocol, protocol.questions[id])
    for rule in protocol.rules:
        if rule.id == id:
            yield rule_text(protocol, rule)
