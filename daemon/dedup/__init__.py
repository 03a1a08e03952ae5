"""Recognises what was seen before."""

from daemon.dedup.address import UrlKey, canonical_url
from daemon.dedup.assign import VERIFIED, Known, Match, Role, StoryDecision, assign, match
from daemon.dedup.cluster import Cluster, lookup_terms, weigh
from daemon.dedup.compare import Kind, Relation, compare
from daemon.dedup.fingerprint import Fingerprint, fingerprint
from daemon.dedup.frequencies import Frequencies, background, learned
from daemon.dedup.identity import (
    EntryKeys,
    Identity,
    Recognition,
    entry_keys,
    entry_mark,
    listing_keys,
    recognise,
)
from daemon.dedup.lines import line_keys
from daemon.dedup.revise import Change, Revision, revise, withdrawn
from daemon.dedup.voices import Telling, agency_of, telling, voices

__all__ = [
    "VERIFIED",
    "Change",
    "Cluster",
    "EntryKeys",
    "Fingerprint",
    "Frequencies",
    "Identity",
    "Kind",
    "Known",
    "Match",
    "Recognition",
    "Relation",
    "Revision",
    "Role",
    "StoryDecision",
    "Telling",
    "UrlKey",
    "agency_of",
    "assign",
    "background",
    "canonical_url",
    "compare",
    "entry_keys",
    "entry_mark",
    "fingerprint",
    "learned",
    "line_keys",
    "listing_keys",
    "lookup_terms",
    "match",
    "recognise",
    "revise",
    "telling",
    "voices",
    "weigh",
    "withdrawn",
]
