"""VisemeNet and its variants as a task for the trainer: groups and landmarks first, then all jointly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ....controls import GROUPS, JALI_FIELD, SHAPES, SILENCE
from ....errors import BilabialError
from ....models.prediction import Prediction
from ....phonemes.inventory import UNKNOWN
from ....phonemes.track import PhoneTrack
from ....solve.rules import gate
from ...data.augment import AugmentOptions, augment
from ...data.batches import Corpus, Sampler, SamplerOptions, build_corpus, full
from ...data.faces import Movement, read_faces
from ...data.sets import Problems, read_phones_tsv, style_of
from ...engine.config import RunConfig
from ...engine.players import ALONE, Player
from ...measure.measures import ACTIVE, CurveScore, FrameScore
from ...measure.thresholds import fit_thresholds
from ...teach.landmarks import LandmarkTeacher
from ...teach.teacher import Curves, curves_of, teach
from .losses import LossWeights, Targets, joint_loss, pretraining_loss
from .network import Outputs, VisemeNetTorch
from .variants import UNITS, variant

Floats32 = NDArray[np.float32]

STAGES = ("groups", "joint")  # pre-training of equation 1, joint training of equation 5
_FIELD = len(JALI_FIELD)
_SILENT = GROUPS.index(SILENCE)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """One held-out clip: what the network said and what it should have said."""

    speaker: str
    prediction: Prediction  # groups as probabilities; nought for a variant without them
    groups: NDArray[np.int64]  # (rows,) the true ones
    curves: Floats32  # (rows, 31) the teacher's

    @property
    def active(self) -> NDArray[np.bool_]:
        """(rows, 29) of the teacher."""
        return self.curves[:, _FIELD:] > ACTIVE


class VisemeNetTask:
    """One of variants.VARIANTS, at one of the two stages."""

    name = "visemenet"
    players: tuple[Player, ...] = (ALONE,)

    def __init__(
        self,
        corpus: Corpus,
        curves: Curves,
        sampler: SamplerOptions,
        augmentation: AugmentOptions,
        seed: int,
        stage: str = "joint",
        variant_name: str = "full",
        dropout: float = 0.0,
        measured: Sequence[str] = ("tune", "dev"),
        measured_clips: int = 60,
        recognised: Corpus | None = None,
        faces: Mapping[str, Movement] | None = None,
        weights: LossWeights | None = None,
        units: int = UNITS,
    ) -> None:
        if stage not in STAGES:
            raise BilabialError(
                f"there is no stage {stage!r} of VisemeNet's training: use {' or '.join(STAGES)}"
            )
        self.variant = variant(variant_name, units)
        self.variant_name = variant_name
        if stage == "groups" and not self.variant.pretrained:
            raise BilabialError(
                f"the variant {variant_name!r} is trained jointly from the start: use stage 'joint'"
            )
        if self.variant.network.outside_phones and recognised is None:
            raise BilabialError(
                f"the variant {variant_name!r} needs a recogniser's phones: set task.recognised"
            )
        torch.manual_seed(seed)
        self.network = VisemeNetTorch(self.variant.network, dropout)
        self.corpus = corpus
        self.curves = curves
        self.recognised = recognised
        self.sampler = Sampler(corpus, sampler, seed)
        # Sound that is cut away would leave the curves of what is no longer heard.
        self.augmentation = replace(augmentation, silence=0.0)
        self.seed = seed
        self.stage = stage
        self.measured = tuple(measured)
        self.measured_clips = measured_clips
        self.weights = weights or LossWeights()
        self.landmarks = LandmarkTeacher()
        self.faces = faces or {}  # clips whose landmarks were filmed and whose phones nobody knows
        self._film: dict[tuple[str, float], Floats32] = {}
        rows = np.concatenate([full(self.sampler.batch(step)["rows"]).reshape(-1, 65) for step in range(4)])
        self.network.features.fit(rows)

    def settings(self) -> dict[str, Any]:
        """The stage is not among them: joint training starts from what pre-training left."""
        return asdict(self.variant.network)

    def adopt(
        self, weights: dict[str, Tensor], settings: dict[str, Any], stage: str
    ) -> dict[str, Tensor] | None:
        """Only the very same network's fit. Joint training wakes the branches that pre-training left."""
        if settings != json.loads(json.dumps(self.settings())):
            return None
        self.network.load_state_dict(weights)
        if self.stage == "joint" and stage != "joint":
            batch = self.batch(0)
            device = next(self.network.parameters()).device
            rows, phones = (torch.from_numpy(batch[name]).to(device) for name in ("features", "phones"))
            self.network.wake(rows, phones)
        return dict(self.network.state_dict())

    def batch(self, step: int) -> dict[str, Any]:
        """Crops with groups, curves and landmarks; rows whose clip has no label or no teacher are masked."""
        batch = self.sampler.batch(step)
        augment(batch, np.random.default_rng((self.seed, step, 1)), self.augmentation)
        shape = batch["groups"].shape
        curves = np.zeros((*shape, _FIELD + len(SHAPES)), np.float32)
        mask = batch["groups"] != UNKNOWN
        phones = np.zeros((*shape, len(GROUPS)), np.float32)
        filmed: list[tuple[int, slice, Floats32]] = []
        for index, at, name, speed, start, count in batch["crops"]:
            where = slice(at, at + count)
            if name in self.faces:
                mask[index, where] = False
                filmed.append((index, where, self._filmed(name, speed)[start : start + count]))
                continue
            taught = curves_of(self.curves, name, speed)
            if taught is None:
                mask[index, where] = False
            else:
                curves[index, where] = taught[start : start + count]
            if self.recognised is not None:
                phones[index, where] = self._one_hot(name, speed)[start : start + count]
        landmarks = self.landmarks(curves.reshape(-1, curves.shape[-1])).reshape(*shape, -1)
        seen = mask.copy()
        for index, where, points in filmed:
            landmarks[index, where], seen[index, where] = points, True
        return {
            "features": full(batch["rows"]),
            "groups": np.where(mask, batch["groups"], 0),
            "mask": mask,
            "curves": curves,
            "landmarks": landmarks,
            "seen": seen,
            "phones": phones,
        }

    def loss(self, batch: dict[str, Any], player: Player = ALONE) -> dict[str, Tensor]:
        """Equation 1 or equation 5, by the stage."""
        joint = self.stage == "joint"
        outputs = self.network(batch["features"], batch["phones"], branches=joint)
        targets = Targets(
            batch["groups"],
            batch["mask"],
            landmarks=batch["landmarks"],
            shapes=batch["curves"][..., _FIELD:],
            field=batch["curves"][..., :_FIELD],
            seen=batch["seen"],
        )
        return (joint_loss if joint else pretraining_loss)(outputs, targets, self.weights)

    def measure(self, network: nn.Module) -> dict[str, float]:
        """Group accuracy and, in joint training, the paper's tables; the first split sets thresholds."""
        scores: dict[str, float] = {}
        thresholds: tuple[float, ...] | None = None
        for split in self.measured:
            heard = self.hear(network, split, self.measured_clips)
            if not heard:
                continue
            if self.variant.network.groups:
                frames = FrameScore()
                for one in heard:
                    frames.add(one.prediction.groups[:, :_SILENT].argmax(axis=1), one.groups)
                scores[f"{split}/groups"] = frames.accuracy
            if self.stage == "joint":
                thresholds = thresholds or fit(heard)
                curves = judge(heard, thresholds)
                scores[f"{split}/precision"] = curves.precision
                scores[f"{split}/recall"] = curves.recall
                scores[f"{split}/motion_difference"] = curves.mean_difference
        return scores

    def hear(self, network: nn.Module, split: str, most: int | None = None, style: str = "") -> list[Heard]:
        """The network on at most so many labelled clips of a split, of one of STYLES or of any."""
        device = next(network.parameters()).device
        heard = []
        for name in self._held_out(split, most, style):
            rows = torch.from_numpy(full(np.asarray(self.corpus.compact_rows(name), np.float32)))[None].to(
                device
            )
            phones = None
            if self.recognised is not None:
                phones = torch.from_numpy(self._one_hot(name, 1.0))[None].to(device)
            with torch.no_grad():
                outputs = network(rows, phones, branches=self.stage == "joint")
            truth, _ = self.corpus.targets(name)
            taught = curves_of(self.curves, name)
            assert taught is not None
            prediction = _as_prediction(outputs, rows.shape[1])
            heard.append(Heard(self.corpus.clips[name].speaker, prediction, truth, taught))
        return heard

    def _held_out(self, split: str, most: int | None, style: str) -> Iterator[str]:
        names = [
            name
            for name, clip in self.corpus.clips.items()
            if clip.split == split
            and style in ("", style_of(clip))
            and name in self.corpus.phones
            and curves_of(self.curves, name) is not None
        ]
        # Spread over the sets, which follow one another in the corpus.
        stride = max(1, len(names) // most) if most else 1
        yield from names[::stride][:most]

    def _filmed(self, name: str, speed: float) -> Floats32:
        key = (name, speed)
        if key not in self._film:
            rows = len(self.corpus.compact_rows(name, speed))
            self._film[key] = self.faces[name].landmarks(self.landmarks, rows, speed)
        return self._film[key]

    def _one_hot(self, name: str, speed: float) -> Floats32:
        assert self.recognised is not None
        if name not in self.recognised.phones:
            return np.zeros((len(self.corpus.compact_rows(name, speed)), len(GROUPS)), np.float32)
        groups, _ = self.recognised.targets(name, speed)
        known = np.where(groups == UNKNOWN, _SILENT, groups)
        return np.eye(len(GROUPS), dtype=np.float32)[known]


def fit(heard: Sequence[Heard]) -> tuple[float, ...]:
    """Thresholds that suit these clips."""
    probabilities = [one.prediction.activations for one in heard if one.prediction.activations is not None]
    return fit_thresholds(np.concatenate(probabilities), np.concatenate([one.active for one in heard]))


def judge(heard: Sequence[Heard], thresholds: Sequence[float]) -> CurveScore:
    """The curves that an animator would get, before the hard rules, against the teacher's."""
    score = CurveScore()
    for one in heard:
        score.add(gate(one.prediction, np.asarray(thresholds)), one.curves)
    return score


def _as_prediction(outputs: Outputs, rows: int) -> Prediction:
    def array(part: Tensor | None) -> Floats32 | None:
        return None if part is None else part[0].float().cpu().numpy()

    groups = outputs.groups
    activations = outputs.activations
    return Prediction(
        np.zeros((rows, len(GROUPS)), np.float32)
        if groups is None
        else groups[0].float().softmax(-1).cpu().numpy(),
        array(outputs.landmarks),
        array(None if activations is None else activations.float().sigmoid()),
        array(outputs.values),
        array(outputs.field),
    )


def make_visemenet_task(config: RunConfig, corpus: Corpus, problems: Problems) -> VisemeNetTask:
    """From a configuration: [network] names the variant, [task] the stage.

    ``task.faces`` is a folder of filmed mouths for the landmarks (faces.py). ``task.recognised`` is a folder
    of phones as a recogniser heard them, one SET.tsv a set, for the variant "asr".
    """
    known = {
        "network": {"variant", "dropout", "units"},
        "task": {"stage", "recognised", "faces", "measured", "measured_clips"},
    }
    for section, settings in (("network", config.network), ("task", config.task)):
        for key in sorted(set(settings) - known[section]):
            raise BilabialError(
                f"VisemeNet has no setting {section}.{key}: use {', '.join(sorted(known[section]))}"
            )
    cache = Path(config.cache)
    curves = teach(corpus, cache, problems)
    recognised = None
    if "recognised" in config.task:
        recognised = Corpus(corpus.clips, corpus.shards)
        for name in {name for name, _ in corpus.shards}:
            recognised.phones.update(read_phones_tsv(Path(config.task["recognised"]) / f"{name}.tsv"))
    faces: dict[str, Movement] = {}
    if "faces" in config.task:
        clips, faces = read_faces(Path(config.task["faces"]), LandmarkTeacher(), problems)
        more = build_corpus({Path(config.task["faces"]).name: clips}, cache, problems, config.speeds)
        # Nobody has labelled them; that they have a track at all is what the sampler asks for.
        corpus = Corpus(
            corpus.clips | more.clips,
            corpus.shards | more.shards,
            corpus.phones | {name: PhoneTrack() for name in more.clips},
        )
    return VisemeNetTask(
        corpus,
        curves,
        config.sampler,
        config.augmentation,
        config.seed,
        variant_name=config.network.get("variant", "full"),
        **{key: value for key, value in config.network.items() if key != "variant"},
        recognised=recognised,
        faces=faces,
        **{key: value for key, value in config.task.items() if key not in ("recognised", "faces")},
    )
