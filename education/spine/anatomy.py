"""The spine as plain facts: regions, bones, and what each nerve feels and moves.

The figure, the explorer and the region pages are drawn from here. Nothing in this file knows
about Django; words for patients are marked with ``_`` and translated by the template that shows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


class Region(StrEnum):
    """A part of the back that a patient can point to; its value is the slug used everywhere."""

    NECK = "neck"
    UPPER_BACK = "upper-back"
    LOW_BACK = "low-back"
    SHOULDER = "shoulder"

    @property
    def label(self) -> str:
        """The region's name, in English, to be translated where it is shown."""
        return _REGION_LABELS[self]


_REGION_LABELS = {
    Region.NECK: _("Neck"),
    Region.UPPER_BACK: _("Upper and middle back"),
    Region.LOW_BACK: _("Low back"),
    Region.SHOULDER: _("Shoulder"),
}


class Kind(StrEnum):
    """What sort of bone: it sets the shape, the size and the color in the figure."""

    CERVICAL = "cervical"
    THORACIC = "thoracic"
    LUMBAR = "lumbar"
    SACRUM = "sacrum"
    COCCYX = "coccyx"


@dataclass(frozen=True, kw_only=True)
class Vertebra:
    """One bone of the spine, as drawn: the sacrum and the coccyx count as one bone each."""

    id: str
    kind: Kind
    region: Region
    name: str
    number: int = 0  # counted from the top within its kind; 0 for the sacrum and the coccyx


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A sign that needs care, and how soon.

    ``level`` is the slug of an action level; the page adds that level's own words and care card.
    """

    sign: str
    level: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NerveLevel:
    """What a person may notice when the nerve (or group of nerves) of one level is irritated.

    ``regions`` begins with the region in which the nerve leaves the spine; the others are where its
    trouble is also felt. ``disc`` names the two bones whose disc is the usual cause, and is ``None``
    when it is not one fixed disc. An empty ``reflex`` means that no reflex test tells anything.
    """

    id: str
    name: str
    regions: tuple[Region, ...]
    disc: tuple[str, str] | None
    disc_words: str
    pain: str
    numb: str
    weak: str
    reflex: str = ""
    note: str = ""
    alarms: tuple[Alarm, ...] = ()
    sources: tuple[str, ...]

    @property
    def region(self) -> Region:
        """The region in which the nerve leaves the spine."""
        return self.regions[0]


def _column() -> Iterator[Vertebra]:
    for number in range(1, 8):
        yield Vertebra(
            id=f"C{number}",
            kind=Kind.CERVICAL,
            region=Region.NECK,
            name=f"C{number}",
            number=number,
        )
    for number in range(1, 13):
        yield Vertebra(
            id=f"T{number}",
            kind=Kind.THORACIC,
            region=Region.UPPER_BACK,
            name=f"T{number}",
            number=number,
        )
    for number in range(1, 6):
        yield Vertebra(
            id=f"L{number}",
            kind=Kind.LUMBAR,
            region=Region.LOW_BACK,
            name=f"L{number}",
            number=number,
        )
    yield Vertebra(id="sacrum", kind=Kind.SACRUM, region=Region.LOW_BACK, name=_("Sacrum"))
    yield Vertebra(id="coccyx", kind=Kind.COCCYX, region=Region.LOW_BACK, name=_("Tailbone"))


VERTEBRAE = tuple(_column())
"""Every bone of the spine, from the top down."""

_NECK_SOURCES = ("bono-2011", "cks-neck-nerve")
_LOW_BACK_SOURCES = ("kreiner-2014", "cks-sciatica")
_CAUDA_SOURCES = ("nhs-back-pain", "ces-warning-card", "girft-ces-2023")

NERVE_LEVELS = (
    NerveLevel(
        id="C5",
        name="C5",
        regions=(Region.NECK, Region.SHOULDER),
        disc=("C4", "C5"),
        disc_words=_("Between C4 and C5"),
        pain=_("Neck, top of the shoulder and outer upper arm"),
        numb=_("Outer upper arm"),
        weak=_("Lifting your arm out to the side"),
        reflex=_("A tap at the front of the elbow (biceps)"),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="C6",
        name="C6",
        regions=(Region.NECK,),
        disc=("C5", "C6"),
        disc_words=_("Between C5 and C6"),
        pain=_("Outer side of the arm and forearm, down to the thumb"),
        numb=_("Thumb and index finger"),
        weak=_("Bending your elbow, or bending your wrist back"),
        reflex=_("A tap above the wrist on the thumb side, or at the front of the elbow (biceps)"),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="C7",
        name="C7",
        regions=(Region.NECK, Region.SHOULDER),
        disc=("C6", "C7"),
        disc_words=_("Between C6 and C7"),
        pain=_("Shoulder blade, and the back of the arm and forearm"),
        numb=_("Middle finger"),
        weak=_("Making your elbow straight, or bending your wrist down"),
        reflex=_("A tap at the back of the elbow (triceps)"),
        note=_("In the neck, this is the nerve that is pinched most often."),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="C8",
        name="C8",
        regions=(Region.NECK,),
        disc=("C7", "T1"),
        disc_words=_("Between C7 and T1"),
        pain=_("Inner side of the forearm"),
        numb=_("Ring finger and little finger"),
        weak=_("Gripping, or making a fist"),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="T1",
        name="T1",
        regions=(Region.UPPER_BACK, Region.NECK, Region.SHOULDER),
        disc=("T1", "T2"),
        disc_words=_("Between T1 and T2"),
        pain=_("Inner side of the elbow and upper arm, and the armpit"),
        numb=_("Inner side of the elbow"),
        weak=_("Spreading your fingers apart"),
        alarms=(
            Alarm(
                sign=_("One eyelid droops, or one pupil is smaller, and this is new."),
                level="emergency-call",
                sources=("rushton-2023", "debette-2021"),
            ),
        ),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="T2-T12",
        name=_("T2 to T12"),
        regions=(Region.UPPER_BACK,),
        disc=None,
        disc_words=_("The disc at the same height"),
        pain=_("A band around the chest or belly, on one side"),
        numb=_("The same band"),
        weak=_("Most people notice no weakness"),
        reflex=_("A light stroke across the belly"),
        note=_("Nerves are rarely pinched here. Ask a doctor to look for other causes first."),
        alarms=(
            Alarm(
                sign=_("There is a band of pain or numbness, and a leg is weak or walking has changed."),
                level="emergency-go",
                sources=("finucane-2020", "nice-ng234"),
            ),
            Alarm(
                sign=_("The band is new and you do not know why."),
                level="urgent-today",
                sources=("finucane-2020", "nice-ng234"),
            ),
        ),
        sources=_NECK_SOURCES,
    ),
    NerveLevel(
        id="L1",
        name="L1",
        regions=(Region.LOW_BACK,),
        disc=("T12", "L1"),
        disc_words=_("Between T12 and L1"),
        pain=_("Groin"),
        numb=_("The fold of the groin"),
        weak=_("Most people notice no weakness"),
        reflex=_("In men, a light stroke on the inner thigh"),
        sources=_LOW_BACK_SOURCES,
    ),
    NerveLevel(
        id="L2",
        name="L2",
        regions=(Region.LOW_BACK,),
        disc=("L1", "L2"),
        disc_words=_("Between L1 and L2"),
        pain=_("Front of the upper thigh"),
        numb=_("Front of the thigh, high up"),
        weak=_("Lifting your knee"),
        sources=_LOW_BACK_SOURCES,
    ),
    NerveLevel(
        id="L3",
        name="L3",
        regions=(Region.LOW_BACK,),
        disc=("L2", "L3"),
        disc_words=_("Between L2 and L3"),
        pain=_("Front of the thigh, down to the inner knee"),
        numb=_("Front of the thigh, low down, and the inner knee"),
        weak=_("Lifting your knee, or making it straight"),
        reflex=_("A tap below the kneecap (in part)"),
        sources=_LOW_BACK_SOURCES,
    ),
    NerveLevel(
        id="L4",
        name="L4",
        regions=(Region.LOW_BACK,),
        disc=("L3", "L4"),
        disc_words=_("Between L3 and L4"),
        pain=_("Front of the thigh and inner shin"),
        numb=_("Inner shin and ankle"),
        weak=_("Making your knee straight, or lifting your foot"),
        reflex=_("A tap below the kneecap"),
        sources=_LOW_BACK_SOURCES,
    ),
    NerveLevel(
        id="L5",
        name="L5",
        regions=(Region.LOW_BACK,),
        disc=("L4", "L5"),
        disc_words=_("Between L4 and L5"),
        pain=_("Outer side of the leg, down to the top of the foot and the big toe"),
        numb=_("Top of the foot and the big toe"),
        weak=_("Lifting your big toe or your foot, or walking on your heels"),
        note=_("This is one of the two nerves that are pinched most often in the low back."),
        alarms=(
            Alarm(
                sign=_("You can no longer lift the front of one foot, so it slaps or drags."),
                level="emergency-go",
                sources=("lothian-lumbar-2025",),
            ),
        ),
        sources=(*_LOW_BACK_SOURCES, "jensen-2019"),
    ),
    NerveLevel(
        id="S1",
        name="S1",
        regions=(Region.LOW_BACK,),
        disc=("L5", "sacrum"),
        disc_words=_("Between L5 and the sacrum"),
        pain=_("Back of the thigh and calf, down to the heel and the outer foot"),
        numb=_("Outer foot, little toe and sole"),
        weak=_("Standing on tiptoe"),
        reflex=_("A tap at the back of the ankle"),
        note=_("This is one of the two nerves that are pinched most often in the low back."),
        alarms=(
            Alarm(
                sign=_(
                    "You cannot stand on tiptoe on one leg. This is new in the last 3 days, or getting worse."
                ),
                level="emergency-go",
                sources=("jensen-2019", "kreiner-2014"),
            ),
            Alarm(
                sign=_("You can no longer stand on tiptoe on one leg."),
                level="urgent-today",
                sources=("jensen-2019", "kreiner-2014"),
            ),
        ),
        sources=(*_LOW_BACK_SOURCES, "jensen-2019"),
    ),
    NerveLevel(
        id="S2-S5",
        name=_("S2 to S5"),
        regions=(Region.LOW_BACK,),
        disc=None,
        disc_words=_("A large bulge in the middle of a low back disc"),
        pain=_("Bottom and back of the thigh"),
        numb=_("Genitals, bottom and inner thighs: the parts that touch a saddle"),
        weak=_("Holding pee and poop, and feeling during sex"),
        reflex=_("A light touch beside the back passage"),
        alarms=(
            Alarm(
                sign=_(
                    "It is newly numb around your genitals or bottom, or peeing, pooping or sex has changed."
                ),
                level="emergency-go",
                sources=_CAUDA_SOURCES,
            ),
        ),
        sources=_LOW_BACK_SOURCES,
    ),
)
"""Nerve levels from the top down. They overlap and differ: they help to describe, not to decide.

Sources: those that each level and each alarm names, by their ids in the starter library.
"""

_VERTEBRA_BY_ID = {vertebra.id: vertebra for vertebra in VERTEBRAE}


def vertebra(bone: str) -> Vertebra:
    """Return the bone with this id, such as ``"C5"``; raises ``KeyError`` when there is none."""
    return _VERTEBRA_BY_ID[bone]


def vertebrae(region: Region) -> tuple[Vertebra, ...]:
    """Return the bones of a region from the top down; none for the shoulder."""
    return tuple(bone for bone in VERTEBRAE if bone.region is region)


def nerve_levels(region: Region) -> tuple[NerveLevel, ...]:
    """Return the levels whose nerve leaves the spine in the region or is felt there, from the top down."""
    return tuple(level for level in NERVE_LEVELS if region in level.regions)
