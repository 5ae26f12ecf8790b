#!/usr/bin/env python3
"""Writes Tests/StateTransitionTests/Vectors/{pol,absence}_*.jsonl: accepted and refused blocks of the pol fork, made with the
executable specification beside this file. Needs Python >= 3.12 with eth-consensus-specs==1.7.0b4.

One JSON object a line: first a genesis {kind, n, root and what it is made of}, then blocks
{kind, name, pre, block, post or null, fault}, each for the state whose root is `pre`, and rests {kind: "slots", name, pre, slot, post}:
the same state at a later slot. Signatures are real; the execution engine and the proof-of-work seal are mocked.
Names on the command line pick some of the files. The long rests take some ten minutes.
"""
import hashlib
import json
import pathlib
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import spec as pol_spec

s = pol_spec.load()
bls = s.bls
OUTPUT = pathlib.Path(__file__).resolve().parents[3] / "Tests/StateTransitionTests/Vectors"
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001


def digest(text):
    return s.Bytes32(hashlib.sha256(text.encode()).digest())


def fp32(value):
    return s.Uint32(struct.unpack("<I", struct.pack("<f", value))[0])


class Chain:
    """A chain under construction, and the vectors that come of it."""

    def __init__(self, n, quorum=0, pools=False):
        self.pools = pools
        self.lines = []
        self.last_advanced = (None, None)
        self.n = n
        self.keys = {i: int.from_bytes(digest(f"polai pol key {i}"), "big") % ORDER for i in range(n)}
        self.state = self.genesis(quorum)
        root = s.hash_tree_root(self.state)
        self.states = {root: self.state.copy()}
        state, header, learning = self.state, self.state.latest_execution_payload_header, self.state.learning
        self.lines.append({
            "kind": "genesis", "n": n, "root": root.hex(), "genesis_time": int(state.genesis_time),
            "header": s.ssz_serialize(header).hex(), "learning": s.ssz_serialize(learning).hex(),
            "validators": [
                {"pubkey": v.pubkey.hex(), "withdrawal_credentials": v.withdrawal_credentials.hex(), "balance": int(b)}
                for v, b in zip(state.validators, state.balances)
            ]})

    def genesis(self, quorum):
        state = s.BeaconState()
        version = s.config.ELECTRA_FORK_VERSION
        state.genesis_time = s.Uint64(1_700_000_000)
        state.fork = s.Fork(previous_version=version, current_version=version, epoch=s.Epoch(0))
        state.latest_block_header = s.BeaconBlockHeader(body_root=s.hash_tree_root(s.BeaconBlockBody()))
        header = state.latest_execution_payload_header
        header.block_hash = s.Hash32(digest("polai pol execution genesis"))
        header.timestamp = state.genesis_time
        header.difficulty = s.Uint256(2000)
        header.extra_data = s.ExtraData(data=bytes(64))
        state.eth1_data.block_hash = header.block_hash
        for i in range(s.EPOCHS_PER_HISTORICAL_VECTOR):
            state.randao_mixes[i] = digest("polai pol execution genesis")
        for i in range(self.n):
            address = bytes([i + 1]) * 20
            credentials = s.Bytes32(b"\x01" + bytes(11) + address)
            s.add_validator_to_registry(state, s.BLSPubkey(bls.SkToPk(self.keys[i])), credentials, s.Gwei(32 * 10**9))
            state.validators[i].activation_eligibility_epoch = s.Epoch(0)
            state.validators[i].activation_epoch = s.Epoch(0)
        state.genesis_validators_root = s.hash_tree_root(state.validators)
        state.current_sync_committee = state.next_sync_committee = s.get_next_sync_committee(state)
        state.learning.base_model_root = digest("polai pol base model")
        state.learning.dev_texts_root = digest("polai pol texts")
        state.learning.adapter_root = digest("polai pol adapter 0")
        state.learning.ai_quorum = s.Uint64(quorum)
        if self.pools:
            state.learning.task_pool_root = digest("polai pol task pool")
            state.learning.general_pool_root = digest("polai pol general pool")
        return state

    # Building

    def sign(self, index, root, domain_type, slot, state):
        domain = s.get_domain(state, domain_type, s.compute_epoch_at_slot(s.Slot(slot)))
        message = s.hash_tree_root(s.SigningData(object_root=root, domain=domain))
        return s.BLSSignature(bls.Sign(self.keys[int(index)], message))

    def advanced(self, slot):
        """The head's state at a later slot. The last one is remembered, since a long rest takes minutes."""
        origin, state = self.last_advanced
        if origin is not self.state or state.slot > slot:
            state = self.state.copy()
        if state.slot < slot:
            state = state.copy()
            s.process_slots(state, s.Slot(slot))
        self.last_advanced = (self.state, state)
        return state.copy()

    def block(self, slot=None, certificate=None, edit=None, attest=True):
        """An unsigned block on the head, and the state at its slot. `edit(block, state)` changes it before its root is set."""
        slot = int(self.state.slot) + 1 if slot is None else slot
        state = self.advanced(slot)
        proposer = s.get_beacon_proposer_index(state)
        block = s.BeaconBlock(
            slot=s.Slot(slot), proposer_index=proposer, parent_root=s.hash_tree_root(state.latest_block_header))
        body = block.body
        body.randao_reveal = self.sign(proposer, s.hash_tree_root(s.Epoch(slot)), s.DOMAIN_RANDAO, slot, state)
        body.eth1_data = state.eth1_data
        body.sync_aggregate.sync_committee_signature = s.G2_POINT_AT_INFINITY
        if attest and slot > 1:
            body.attestations.append(self.attestation(state, slot - 1))
        payload, parent = body.execution_payload, state.latest_execution_payload_header
        payload.parent_hash = parent.block_hash
        payload.prev_randao = s.get_randao_mix(state, s.get_current_epoch(state))
        payload.timestamp = s.compute_time_at_slot(state.genesis_time, state.slot)
        payload.block_number = s.Uint64(parent.block_number + 1)
        payload.gas_limit = s.Uint64(30_000_000)
        payload.difficulty = s.Uint256(s.expected_difficulty(parent.difficulty, parent.timestamp, payload.timestamp))
        payload.block_hash = digest(f"polai pol execution {slot} {payload.parent_hash.hex()}")
        for withdrawal in s.with_rewards(state, s.electra_get_expected_withdrawals(state).withdrawals):
            payload.withdrawals.append(withdrawal)
        update_id = bytes(32)
        if certificate is not None:
            body.ack_certificate = certificate
            update_id = bytes(certificate.ack.update_id)
        payload.extra_data = s.ExtraData(data=bytes(payload.parent_hash) + update_id)
        if edit:
            edit(block, state)
        return block, state

    def signed(self, block, state):
        signature = self.sign(block.proposer_index, s.hash_tree_root(block), s.DOMAIN_BEACON_PROPOSER, block.slot, state)
        return s.SignedBeaconBlock(message=block, signature=signature)

    def attestation(self, state, slot):
        slot = s.Slot(slot)
        committee = s.get_beacon_committee(state, slot, s.CommitteeIndex(0))
        source = state.current_justified_checkpoint if slot == state.slot else state.previous_justified_checkpoint
        data = s.AttestationData(
            slot=slot, beacon_block_root=s.get_block_root_at_slot(state, slot), source=source,
            target=s.Checkpoint(epoch=s.Epoch(slot), root=s.get_block_root(state, s.Epoch(slot))))
        root = s.hash_tree_root(data)
        signatures = [self.sign(i, root, s.DOMAIN_BEACON_ATTESTER, slot, state) for i in committee]
        return s.Attestation(
            aggregation_bits=s.AggregationBits(data=[True] * len(committee)), data=data,
            signature=s.BLSSignature(bls.Aggregate(signatures)), committee_bits=s.CommitteeBits(data=[True]))

    def candidate(self, slot, name, inputs=1, author=None):
        state = self.advanced(max(slot, int(self.state.slot) + 1))
        members = s.ack_committee(state, s.Slot(slot))
        return s.UpdateCandidate(
            base_model_root=state.learning.base_model_root, parent_adapter_root=state.learning.adapter_root,
            slot=s.Slot(slot), author=members[0] if author is None else s.ValidatorIndex(author),
            inputs=s.CandidateInputs(data=[
                s.CandidateInput(file_hash=digest(f"file {name} {i}"), reward_address=s.ExecutionAddress(bytes([0xa0 + i]) * 20))
                for i in range(inputs)
            ]),
            selected=s.SelectedBits(data=[True] * inputs))

    def reveal(self, candidate):
        """Empty blocks until the candidate's slice can be drawn."""
        while s.reveal_slot(self.advanced(int(self.state.slot) + 1), candidate) is None:
            self.accept("empty")
        return candidate

    def announced(self, name, **kw):
        """A candidate of the next slot, with the blocks up to its reveal."""
        return self.reveal(self.candidate(int(self.state.slot) + 1, name, **kw))

    def ack(self, candidate, name, before=3.9, after=3.8, slice=(3.9, 3.8, 4.0, 4.0, 4.0), **changes):
        """The ack on a candidate whose slice can be drawn. `slice` are the losses on it, where the chain has pools."""
        state = self.advanced(int(self.state.slot) + 1)
        slot = s.Slot(changes.get("slot") or s.reveal_slot(state, candidate))
        update_id = s.Bytes32(s.hash_tree_root(candidate))
        fields = dict(
            slot=slot, anchor_root=s.get_block_root_at_slot(state, min(slot, self.state.slot)),
            update_id=update_id, author=candidate.author, verdict=s.Uint8(1),
            adapter_root=digest(f"adapter {name}"), loss_before=fp32(before), loss_after=fp32(after),
            slice_seed=s.slice_seed(state, slot, update_id))
        if self.pools:
            names = ("task_before", "task_after", "general_base", "general_parent", "general_after")
            fields |= {name: fp32(value) for name, value in zip(names, slice)}
        return s.UpdateAck(**(fields | changes))

    def losses(self, ack, name=""):
        """The root of all per-text losses behind an ack: any 32 bytes here, as the gate is not run."""
        before, after = digest(f"before {ack.update_id.hex()} {name}"), digest(f"after {ack.update_id.hex()} {name}")
        return s.Bytes32(s.hash_tree_root(s.GateLosses(before_root=before, after_root=after)))

    def vote(self, index, ack, domain=None, losses=None):
        """The inner signature of a vote."""
        state = self.advanced(max(int(ack.slot), int(self.state.slot) + 1))
        statement = s.AckStatement(ack=ack, losses_root=self.losses(ack) if losses is None else losses)
        return self.sign(index, s.hash_tree_root(statement), domain or s.DOMAIN_UPDATE_ACK, int(ack.slot), state)

    def sealed(self, index, ack, inner=None, signature=None, losses=None):
        """A vote as it travels: the outer signature is over message and inner signature."""
        state = self.advanced(max(int(ack.slot), int(self.state.slot) + 1))
        inner = self.vote(index, ack, losses=losses) if inner is None else inner
        if signature is None:
            seal = s.hash_tree_root(s.SealedAck(ack=ack, inner_signature=inner))
            signature = self.sign(index, seal, s.DOMAIN_SEALED_ACK, int(ack.slot), state)
        return s.SignedUpdateAck(
            message=ack, validator_index=s.ValidatorIndex(index), signature=signature, inner_signature=inner)

    def certificate(self, candidate, ack, voters=None, bits=None, signature=None, domain=None, losses=None):
        """`voters` are members, counted from the author on; all by default. Their statement opens `losses`."""
        state = self.advanced(max(int(ack.slot), int(self.state.slot) + 1))
        members = s.ack_committee(state, ack.slot)
        ranked = sorted(members, key=lambda member: member != candidate.author)
        chosen = ranked if voters is None else [ranked[i] for i in voters]
        if signature is None:
            signature = s.BLSSignature(bls.Aggregate([self.vote(member, ack, domain) for member in chosen]))
        if bits is None:
            bits = [member in chosen for member in members]
        return s.AckCertificate(
            candidate=candidate, ack=ack, committee_bits=s.AggregationBits(data=bits), signature=signature,
            losses_root=self.losses(ack) if losses is None else losses)

    # Recording

    def line(self, name, signed, post, fault):
        pre = s.hash_tree_root(self.state)
        self.lines.append({
            "kind": "block", "name": name, "pre": pre.hex(), "block": s.ssz_serialize(signed).hex(),
            "post": post and post.hex(), "fault": fault})

    def accept(self, name, *args, advance=True, **kw):
        block, state = self.block(*args, **kw)
        s.process_block(state, block)
        block.state_root = post = s.hash_tree_root(state)
        signed = self.signed(block, self.advanced(int(block.slot)))
        # `state_transition`, with the slots before the block remembered
        check = self.advanced(int(block.slot))
        assert s.verify_block_signature(check, signed)
        s.process_block(check, block)
        assert s.hash_tree_root(check) == post == block.state_root
        self.line(name, signed, post, "")
        if advance:
            self.state = check
        return signed

    def refuse(self, name, fault, *args, resign=True, after=None, **kw):
        """A block that is refused for `fault`. The state root is the one it would have if it were accepted, or zero."""
        block, state = self.block(*args, **kw)
        signed = self.signed(block, self.advanced(int(block.slot)))
        if after:
            after(signed)
        check = self.state.copy()
        try:
            s.process_slots(check, signed.message.slot)
            if fault != "block signature":
                s.process_block(check, signed.message)
                assert fault == "state root", f"{name} was accepted"
        except s.Fault as found:
            assert str(found) == fault, (name, str(found), fault)
        except AssertionError as found:
            # An official rule: it has no name here, the label is the one given.
            assert "was accepted" not in str(found), name
        self.line(name, signed, None, fault)

    def rest(self, name, *slots):
        """The state at each of these slots, without a block after the head's."""
        pre = s.hash_tree_root(self.state)
        for slot in slots:
            post = s.hash_tree_root(self.advanced(slot))
            self.lines.append({"kind": "slots", "name": name, "pre": pre.hex(), "slot": slot, "post": post.hex()})

    def write(self, name):
        accepted = sum(line.get("fault") == "" for line in self.lines)
        refused = sum(bool(line.get("fault")) for line in self.lines)
        path = OUTPUT / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        print(f"{path.name}: {accepted} accepted, {refused} refused, {len(self.lines) - 1 - accepted - refused} rests, {path.stat().st_size} bytes")


def edit_payload(**fields):
    def edit(block, state):
        for name, value in fields.items():
            setattr(block.body.execution_payload, name, value)
    return edit


def certificates(chain):
    """Every rule of a certificate, on a committee of four."""
    chain.accept("empty")
    chain.accept("empty")
    refuse, certificate = chain.refuse, chain.certificate
    waiting = chain.candidate(int(chain.state.slot) + 1, "a", inputs=2)
    chain.accept("empty")
    for name, slot in (("of the candidate's own slot", waiting.slot), ("before its reveal", waiting.slot + 1)):
        early = chain.ack(waiting, "a", slot=slot)
        refuse(f"an ack {name}", "slot window" if slot > waiting.slot else "candidate", certificate=certificate(waiting, early))
    good = chain.reveal(waiting)
    ack = chain.ack(good, "a")
    slot = int(ack.slot)
    refuse("short quorum", "quorum", certificate=certificate(good, ack, voters=[0, 1]))
    refuse("author alone", "quorum", certificate=certificate(good, ack, voters=[0]))
    refuse("author's bit missing", "author", certificate=certificate(good, ack, voters=[1, 2, 3]))
    refuse("foreign signature", "signature", certificate=certificate(good, ack, signature=s.BLSSignature(bls.Sign(77, b"x" * 32))))
    refuse("signature under another domain", "signature", certificate=certificate(good, ack, domain=s.DOMAIN_BEACON_ATTESTER))
    refuse("one bit more than signatures", "signature", certificate=certificate(
        good, ack, bits=[True] * 4, signature=s.BLSSignature(bls.Aggregate([chain.vote(m, ack) for m in s.ack_committee(chain.advanced(slot), s.Slot(slot))[:3]]))))
    refuse("other losses than those signed", "signature", certificate=certificate(good, ack, losses=chain.losses(ack, "else")))
    refuse("a bit of a copied vote", "signature", certificate=certificate(good, ack, signature=s.BLSSignature(bls.Aggregate(
        [chain.vote(m, ack, losses=chain.losses(ack, "copied") if i == 3 else None)
         for i, m in enumerate(s.ack_committee(chain.advanced(slot), s.Slot(slot)))]))))
    refuse("sealed signatures in the aggregate", "signature", certificate=certificate(good, ack, signature=s.BLSSignature(bls.Aggregate(
        [chain.sealed(m, ack).signature for m in s.ack_committee(chain.advanced(slot), s.Slot(slot))]))))
    refuse("signature at infinity", "signature", certificate=certificate(good, ack, signature=s.G2_POINT_AT_INFINITY))
    refuse("too many bits", "bits", certificate=certificate(good, ack, bits=[True] * 5))
    refuse("too few bits", "bits", certificate=certificate(good, ack, bits=[True] * 3))
    for name, changes, fault in (
        ("verdict INVALID", {"verdict": s.Uint8(2)}, "verdict"),
        ("verdict 0", {"verdict": s.Uint8(0)}, "verdict"),
        ("wrong anchor", {"anchor_root": digest("elsewhere")}, "anchor"),
        ("wrong seed", {"slice_seed": digest("elsewhere")}, "slice seed"),
        ("figures of a slice without pools", {"task_before": fp32(3.9), "task_after": fp32(3.8)}, "guard slice"),
        ("the block's own slot", {"slot": s.Slot(slot + 1)}, "slot window"),
        ("another author", {"author": s.ValidatorIndex((int(good.author) + 1) % 4)}, "candidate"),
        ("no better", {"loss_after": ack.loss_before}, "loss gate"),
        ("NaN", {"loss_after": s.Uint32(0x7fc00000)}, "loss gate"),
        ("infinity before", {"loss_before": s.Uint32(0x7f800000)}, "loss gate"),
        ("negative loss", {"loss_after": fp32(-1.0)}, "loss gate"),
        ("loss too large", {"loss_before": fp32(65536.0)}, "loss gate"),
        ("not quite enough", {"loss_before": fp32(1000.0), "loss_after": fp32(999.0)}, "loss gate"),
    ):
        bad = chain.ack(good, "a", **changes)
        signature = chain.vote(0, ack)
        refuse(name, fault, certificate=certificate(good, bad, signature=signature))
    zero = ack.copy()
    zero.slot = s.Slot(0)
    refuse("slot 0", "slot window", certificate=certificate(good, zero, bits=[True] * 4, signature=chain.vote(0, ack)))
    for name, field, value in (
        ("candidate changed", "inputs", chain.candidate(slot, "b", inputs=2).inputs),
        ("candidate of another slot", "slot", s.Slot(int(good.slot) - 1)),
        ("candidate of the reveal's slot", "slot", s.Slot(slot)),
        ("candidate of slot 0", "slot", s.Slot(0)),
        ("fewer selected bits than inputs", "selected", s.SelectedBits(data=[True])),
    ):
        changed = good.copy()
        setattr(changed, field, value)
        refuse(name, "candidate", certificate=certificate(changed, ack, signature=chain.vote(0, ack)))
    for name, field, fault in (
        ("another base model", "base_model_root", "base model"), ("another parent adapter", "parent_adapter_root", "parent adapter"),
    ):
        changed = good.copy()
        setattr(changed, field, digest("another"))
        refuse(name, fault, certificate=certificate(changed, chain.ack(changed, "a")))
    full = certificate(good, ack)
    refuse("extra_data claims another update", "update id", certificate=full, edit=lambda b, st: setattr(
        b.body.execution_payload, "extra_data", s.ExtraData(data=bytes(b.body.execution_payload.parent_hash) + bytes(digest("c")))))
    refuse("certificate without update id", "certificate not empty", certificate=full, edit=lambda b, st: setattr(
        b.body.execution_payload, "extra_data", s.ExtraData(data=bytes(b.body.execution_payload.parent_hash) + bytes(32))))
    refuse("update id without certificate", "update id", edit=lambda b, st: setattr(
        b.body.execution_payload, "extra_data", s.ExtraData(data=bytes(b.body.execution_payload.parent_hash) + bytes(digest("c")))))
    refuse("extra_data with another parent", "extra_data parent", edit=edit_payload(extra_data=s.ExtraData(data=bytes(64))))
    refuse("32 bytes of extra_data", "extra_data length", edit=edit_payload(extra_data=s.ExtraData(data=bytes(32))))
    refuse("no extra_data", "extra_data length", edit=edit_payload(extra_data=s.ExtraData(data=b"")))
    refuse("difficulty too low", "difficulty", edit=edit_payload(difficulty=s.Uint256(1)))
    refuse("wrong parent hash", "payload parent hash", edit=edit_payload(parent_hash=digest("x")))
    refuse("wrong prev_randao", "payload prev_randao", edit=edit_payload(prev_randao=digest("x")))
    refuse("wrong timestamp", "payload timestamp", edit=edit_payload(timestamp=s.Uint64(5)))
    refuse("wrong randao reveal", "randao reveal", edit=lambda b, st: setattr(b.body, "randao_reveal", s.G2_POINT_AT_INFINITY))
    refuse("wrong proposer", "proposer index", edit=lambda b, st: setattr(b, "proposer_index", s.ValidatorIndex((int(b.proposer_index) + 1) % 4)))
    refuse("wrong parent root", "parent root", edit=lambda b, st: setattr(b, "parent_root", digest("x")))
    refuse("wrong block signature", "block signature", after=lambda sb: setattr(sb, "signature", s.G2_POINT_AT_INFINITY))
    refuse("wrong state root", "state root")

    # The author and two others: exactly the quorum. Two inputs, a fall of 0.1.
    chain.accept("certificate with the least quorum", certificate=certificate(good, ack, voters=[0, 1, 2]))
    refuse("rewards not paid", "withdrawals", edit=edit_payload(withdrawals=s.Withdrawals()))
    refuse("replay", "replay", certificate=full)
    second = chain.announced("d")
    chain.accept("a second certificate", certificate=certificate(second, chain.ack(second, "d", 3.8, 1.5)))
    stale = chain.announced("e", inputs=3)
    slot = int(chain.ack(stale, "e").slot)
    stale_certificate = certificate(stale, chain.ack(stale, "e"))
    stale.selected[1] = False
    two_of_three = certificate(stale, chain.ack(stale, "e", 0.04, 0.04))
    chain.accept("the last slot of the window", slot + 3, certificate=two_of_three, attest=False, advance=False)
    refuse("one slot late", "slot window", slot + 4, certificate=stale_certificate, attest=False)
    chain.accept("a gap of four slots", slot + 4, attest=False)
    chain.accept("empty")
    # A small fall, so that each of three shares is a fraction.
    third = chain.announced("f", inputs=3)
    chain.accept("three inputs", certificate=certificate(third, chain.ack(third, "f", 2.0, 1.99)))
    chain.accept("rewards paid")

    # The reveal block: an empty slot and the author's own blocks do not count, the next proposer alone is not enough.
    late = chain.candidate(int(chain.state.slot) + 1, "g")
    seen = []
    for _ in range(2 * int(s.MAX_REVEAL_DISTANCE)):
        slot = int(chain.state.slot) + 1
        found = s.reveal_slot(chain.advanced(slot), late)
        if found is not None:
            seen.append(found)
            wrong = chain.ack(late, "g", slot=s.Slot(int(chain.state.slot)))
            if wrong.slot > found:
                fault = "reveal" if wrong.slot - late.slot <= s.MAX_REVEAL_DISTANCE else "candidate"
                refuse("an ack after its reveal", fault, certificate=certificate(late, wrong))
                break
        elif slot > late.slot + 1:
            wrong = chain.ack(late, "g", slot=s.Slot(slot - 1))
            refuse("an ack of too early a block", "reveal", certificate=certificate(late, wrong))
        chain.accept("with a missed slot", slot + 1, attest=False) if slot == late.slot + 1 else chain.accept("empty", slot, attest=False)
    assert seen and len(set(seen)) == 1, seen


def guards(chain):
    """What the guard slice has to show, the forgetting budget, and what is paid."""
    chain.accept("empty")
    chain.accept("empty")
    refuse, certificate = chain.refuse, chain.certificate
    first = chain.announced("a")
    for name, slice in (
        ("the task's slice does not fall", (3.9, 3.9, 4.0, 4.0, 4.0)),
        ("the task's slice rises", (3.9, 3.95, 4.0, 4.0, 4.0)),
        ("the slice confirms too little", (3.9, 3.86, 4.0, 4.0, 4.0)),
        ("general text gets worse in one step", (3.9, 3.8, 4.0, 4.0, 4.05)),
        ("general text is worse than the base model's", (3.9, 3.8, 4.0, 4.09, 4.09)),
        ("a slice that is no number", (3.9, float("nan"), 4.0, 4.0, 4.0)),
        ("a negative general loss", (3.9, 3.8, 4.0, 4.0, -1.0)),
        ("a general loss too large", (3.9, 3.8, 65536.0, 4.0, 4.0)),
        ("no figures at all", (0.0, 0.0, 0.0, 0.0, 0.0)),
        ("worse than the base model's, and hardly better than before", (3.9, 3.8, 4.0, 4.1, 4.085)),
        ("a low slice that rises", (0.04, 0.041, 4.0, 4.0, 4.0)),
    ):
        bad = certificate(first, chain.ack(first, "a", slice=slice), signature=chain.vote(0, chain.ack(first, "a")))
        refuse(name, "guard slice", certificate=bad)
    over = certificate(first, chain.ack(first, "a", slice=(3.9, 3.8, 4.0, 4.04, 4.045)))
    refuse("over the budget", "forgetting budget", certificate=over)
    hardly = certificate(first, chain.ack(first, "a", slice=(3.9, 3.8, 4.0, 4.06, 4.045)))
    refuse("over the budget, and hardly better than before", "forgetting budget", certificate=hardly)
    recovered = certificate(first, chain.ack(first, "a", slice=(3.9, 3.8, 4.0, 4.11, 4.0875)))
    chain.accept("over the level, and better than before", certificate=recovered, advance=False)
    better = certificate(first, chain.ack(first, "a", slice=(3.9, 3.8, 4.0, 4.06, 4.035)))
    chain.accept("over the budget, and better than before", certificate=better, advance=False)
    chain.accept("a low slice", certificate=certificate(first, chain.ack(first, "a", slice=(0.04, 0.04, 4.0, 4.0, 4.0))), advance=False)
    # 0.1 is claimed and 0.05 confirmed: that is what is paid.
    chain.accept("half confirmed", certificate=certificate(first, chain.ack(first, "a", slice=(4.0, 3.9375, 4.0, 4.0, 4.03))))
    chain.accept("rewards paid")
    # The first left 0.0025 of its own: this one has 0.04 and that.
    second = chain.announced("b")
    refuse("over the budget together", "forgetting budget", certificate=certificate(
        second, chain.ack(second, "b", slice=(3.9, 3.7, 4.0, 4.03, 4.0505))))
    chain.accept("more confirmed than claimed", certificate=certificate(
        second, chain.ack(second, "b", slice=(3.9, 3.7, 4.0, 4.03, 4.0495))))
    chain.accept("rewards paid")


def evidence(chain):
    """Slashings on a committee of four."""
    chain.accept("empty")
    candidate = chain.announced("a")
    ack = chain.ack(candidate, "a")
    slot = int(ack.slot) + 1
    members = s.ack_committee(chain.advanced(slot), ack.slot)

    def slashing(certificate, **kw):
        block, state = chain.block(slot, certificate=certificate, **kw)
        signed = chain.signed(block, state)
        body = block.body
        return s.AckQuorumSlashing(
            signed_header=s.compute_signed_block_header(signed), extra_data=body.execution_payload.extra_data,
            extra_data_branch=s.ExtraDataBranch(data=s.build_proof(body, 810)), ack_certificate=certificate,
            ack_certificate_branch=s.AckCertificateBranch(data=s.build_proof(body, 29)))

    guilty = slashing(chain.certificate(candidate, ack, voters=[0]))
    innocent = slashing(chain.certificate(candidate, ack))
    unclaimed = slashing(chain.certificate(candidate, ack, voters=[0]), edit=lambda b, st: setattr(
        b.body.execution_payload, "extra_data", s.ExtraData(data=bytes(64))))
    stranger = slashing(chain.certificate(candidate, ack, voters=[0]), edit=lambda b, st: setattr(b, "parent_root", digest("x")))
    chain.accept("empty")
    chain.accept("empty")

    def with_slashings(*slashings):
        def edit(block, state):
            for item in slashings:
                block.body.ack_quorum_slashings.append(item)
        return edit

    def changed(item, **fields):
        item = item.copy()
        for name, value in fields.items():
            setattr(item, name, value)
        return item

    refuse = chain.refuse
    refuse("slashing of a valid block", "quorum was valid", edit=with_slashings(innocent))
    refuse("slashing without a claim", "no update claimed", edit=with_slashings(unclaimed))
    refuse("slashing of another chain's block", "parent not canonical", edit=with_slashings(stranger))
    refuse("slashing with a wrong branch", "branch", edit=with_slashings(changed(guilty, extra_data_branch=s.ExtraDataBranch())))
    refuse("slashing with a wrong certificate branch", "branch", edit=with_slashings(changed(guilty, ack_certificate_branch=s.AckCertificateBranch())))
    refuse("slashing with another certificate", "branch", edit=with_slashings(changed(guilty, ack_certificate=innocent.ack_certificate)))
    forged = guilty.copy()
    forged.signed_header.signature = s.BLSSignature(bls.Sign(5, b"y" * 32))
    refuse("slashing with a forged header", "signature", edit=with_slashings(forged))
    unknown = guilty.copy()
    unknown.signed_header.message.proposer_index = s.ValidatorIndex(9)
    refuse("slashing of nobody", "not slashable", edit=with_slashings(unknown))
    refuse("slashing twice", "not slashable", edit=with_slashings(guilty, guilty))
    chain.accept("slashing of a short quorum", edit=with_slashings(guilty), advance=False)

    # Contradictions: the voter sits in seat 1.
    voter = members[1]
    lie = chain.ack(candidate, "a", after=3.7)
    three = [True] * 3 + [False]

    def aggregate(bits, message, losses=None, signature=None):
        losses = chain.losses(message) if losses is None else losses
        if signature is None:
            signature = s.BLSSignature(bls.Aggregate([
                chain.vote(member, message, losses=losses) for member, bit in zip(members, bits) if bit]))
        return s.AckAggregate(
            ack=message, committee_bits=s.AggregationBits(data=bits), signature=signature, losses_root=losses)

    def single(seats, message, losses=None):
        return aggregate([i in seats for i in range(4)], message, losses)

    other = aggregate(three, ack)
    # What all but the voter signed.
    majority = single([0, 2, 3], ack)

    def contradiction(message, aggregate=None, index=None, own=None, vote=None):
        if vote is None:
            vote = chain.sealed(voter if index is None else index, message)
        def edit(block, state):
            item = s.AckContradiction(vote=vote)
            if aggregate is not None:
                item.other = aggregate
            if own is not None:
                item.own_vote = own
            block.body.ack_contradictions.append(item)
        return edit

    refuse("contradiction of the same statement", "same statement", edit=contradiction(ack, other))
    refuse("contradiction about another update", "different update", edit=contradiction(chain.ack(candidate, "a", update_id=digest("z")), other))
    refuse("contradiction with one other vote", "too few votes", edit=contradiction(lie, single([0], ack)))
    refuse("contradiction with two other votes", "too few votes", edit=contradiction(lie, single([0, 2], ack)))
    elsewhere = chain.ack(candidate, "a", anchor_root=digest("q"))
    elsewhere_lie = chain.ack(candidate, "a", after=3.7, anchor_root=digest("q"))
    refuse("contradiction with another anchor", "anchor", edit=contradiction(elsewhere_lie, single([0, 1, 2], elsewhere)))
    refuse("contradiction by nobody", "not slashable", edit=contradiction(lie, other, vote=s.SignedUpdateAck(
        message=lie, validator_index=s.ValidatorIndex(9), signature=chain.sealed(0, lie).signature)))
    forged = chain.sealed(voter, lie, signature=chain.sealed(members[2], lie).signature)
    refuse("contradiction with a forged vote", "signature", edit=contradiction(lie, other, vote=forged))
    refuse("contradiction with a forged aggregate", "signature", edit=contradiction(
        lie, aggregate(three, ack, signature=chain.vote(0, ack))))
    refuse("contradiction with an aggregate under other losses", "signature", edit=contradiction(
        lie, aggregate(three, ack, losses=chain.losses(ack, "else"), signature=other.signature)))
    refuse("contradiction with bits missing", "bits", edit=contradiction(
        lie, aggregate([True] * 3, ack, signature=other.signature)))
    invalid = s.UpdateAck(
        slot=ack.slot, anchor_root=ack.anchor_root, update_id=ack.update_id, author=ack.author, verdict=s.Uint8(2))
    # It ran the gate and found no fall: the same adapter, other losses.
    unfit = chain.ack(candidate, "a", verdict=s.Uint8(2), before=3.9, after=3.9)
    chain.accept("contradiction with the voter's own vote", edit=contradiction(lie, single([1], ack)), advance=False)
    chain.accept("VALID against two thirds INVALID", edit=contradiction(ack, single([0, 2, 3], invalid)), advance=False)
    chain.accept("VALID against two thirds whose gate failed", edit=contradiction(ack, single([0, 2, 3], unfit)), advance=False)

    # Copies: the voter seals the majority's message without its losses.
    guessed = chain.sealed(voter, ack, losses=chain.losses(ack, "guess"))
    borrowed = chain.sealed(voter, ack, inner=chain.vote(members[0], ack))
    garbage = chain.sealed(voter, ack, inner=s.BLSSignature(b"\x12" * 96))
    refuse("no copy: the losses are the majority's", "same statement", edit=contradiction(ack, majority))
    refuse("a copy against half of the committee", "too few votes", edit=contradiction(ack, single([0, 2], ack), vote=guessed))
    refuse("a copy that nobody sealed", "signature", edit=contradiction(ack, majority, vote=s.SignedUpdateAck(
        message=ack, validator_index=voter, signature=chain.vote(voter, ack), inner_signature=guessed.inner_signature)))
    refuse("a copy with another's inner signature in it", "signature", edit=contradiction(ack, majority, vote=s.SignedUpdateAck(
        message=ack, validator_index=voter, signature=guessed.signature, inner_signature=borrowed.inner_signature)))
    chain.accept("a copy with guessed losses", edit=contradiction(ack, majority, vote=guessed), advance=False)
    chain.accept("a copy with another's inner signature", edit=contradiction(ack, majority, vote=borrowed), advance=False)
    chain.accept("a copy without an inner signature", edit=contradiction(ack, majority, vote=garbage), advance=False)
    chain.accept("a copy of what its own key signed otherwise", edit=contradiction(ack, single([1], ack), vote=guessed), advance=False)

    # Two sealed votes of one member: nobody need know the losses.
    vote = chain.sealed(voter, ack)
    refuse("the same vote twice", "same statement", edit=contradiction(ack, own=vote))
    refuse("another's second vote", "different voter", edit=contradiction(ack, own=chain.sealed(members[2], lie)))
    refuse("second vote and aggregate", "two counterparts", edit=contradiction(ack, other, own=chain.sealed(voter, lie)))
    refuse("a second vote about another update", "different update", edit=contradiction(
        ack, own=chain.sealed(voter, chain.ack(candidate, "a", update_id=digest("z")))))
    refuse("a second vote that is forged", "signature", edit=contradiction(ack, own=chain.sealed(
        voter, lie, signature=vote.signature)))
    refuse("neither second vote nor aggregate", "different update", edit=contradiction(ack))
    chain.accept("two messages of one member", edit=contradiction(ack, own=chain.sealed(voter, lie)), advance=False)
    chain.accept("one message with two sets of losses", edit=contradiction(ack, own=guessed), advance=False)
    chain.accept("INVALID against two thirds VALID", edit=contradiction(invalid, other))
    slot = int(chain.state.slot) + 1
    while True:
        state = chain.advanced(slot)
        if not state.validators[s.get_beacon_proposer_index(state)].slashed:
            break
        refuse("a slashed proposer", "proposer slashed", slot, attest=False)
        slot += 1
    refuse("contradiction of a slashed voter", "not slashable", slot, edit=contradiction(lie, other), attest=False)
    chain.accept("empty", slot, attest=False)


def small(chain):
    """Quorums of other committees: the author with the fewest others that suffice, and with one less."""
    chain.accept("empty")
    candidate = chain.announced("a")
    ack = chain.ack(candidate, "a")
    needed = s.ack_quorum(chain.n, chain.state.learning.ai_quorum)
    seats = range(needed + (0 if chain.n == 1 else 1))
    if chain.n > 1:
        chain.refuse("one vote short", "quorum", certificate=chain.certificate(candidate, ack, voters=seats[:-1]))
    chain.accept("exactly the quorum", certificate=chain.certificate(candidate, ack, voters=seats))
    chain.accept("rewards paid")


def slashed(count):
    """A double vote of `count` validators in one attestation, and what their slashing comes to 8,192 epochs later."""
    def scenario(chain):
        chain.accept("empty")
        chain.accept("empty")
        slot = int(chain.state.slot) + 1
        source = chain.state.current_justified_checkpoint
        guilty = [i for i in range(chain.n) if i != int(s.get_beacon_proposer_index(chain.advanced(slot)))][:count]

        def vote(name):
            data = s.AttestationData(
                slot=s.Slot(1), beacon_block_root=digest(name), source=source,
                target=s.Checkpoint(epoch=s.Epoch(1), root=digest(name)))
            root = s.hash_tree_root(data)
            signatures = [chain.sign(i, root, s.DOMAIN_BEACON_ATTESTER, 1, chain.state) for i in guilty]
            return s.IndexedAttestation(
                attesting_indices=s.AttestingIndices(data=[s.ValidatorIndex(i) for i in guilty]), data=data,
                signature=s.BLSSignature(bls.Aggregate(signatures)))

        def edit(block, state):
            block.body.attester_slashings.append(s.AttesterSlashing(attestation_1=vote("one"), attestation_2=vote("two")))
        chain.accept("a double vote", edit=edit)
        due = slot + int(s.EPOCHS_PER_SLASHINGS_VECTOR) // 2
        chain.rest("the epoch before the penalty", due)
        before = [int(chain.advanced(due).balances[i]) for i in guilty]
        chain.accept("the first block after the penalty", due + 1, attest=False)
        after = [int(chain.state.balances[i]) for i in guilty]
        assert all(b > 30 * 10**9 for b in before), before
        lost = [b - a for b, a in zip(before, after)]
        # 3 of 15 active balances' 15ths each for one, capped at everything for six
        expected = {1: 6 * 10**9, 6: before[0]}[count]
        assert all(abs(amount - expected) < 10**9 // 2 for amount in lost), (lost, expected)
        chain.accept("empty")
    return scenario


def rest(chain):
    """Ten thousand empty slots, with scores and votes from before, and the blocks after them."""
    chain.accept("empty")
    chain.accept("empty")
    chain.accept("nobody votes", attest=False)
    chain.accept("empty")
    start = int(chain.state.slot)
    chain.rest("a rest", *(start + gap for gap in (1, 2, 5, 64, 65, 256, 257, 1000, 2048, 2049, 4100, 10_000)))
    chain.accept("the first block after a rest", start + 10_001, attest=False)
    for _ in range(9):
        chain.accept("empty")
    assert chain.state.finalized_checkpoint.epoch > start + 10_000
    assert min(chain.state.balances) > 31_990_000_000


def away(absent, slots=5000):
    """Blocks whose proposer is among those who stay, with their votes alone: state roots as the others' balances fall.

    Signatures are switched off and every field of the blocks follows from the state, so that the blocks need not be kept:
    see `AbsenceTests.swift`, which makes them again.
    """
    def scenario(chain):
        here = set(range(chain.n - absent))
        bls.bls_active = False
        state = chain.state
        for slot in range(1, slots + 1):
            s.process_slots(state, s.Slot(slot))
            proposer = s.get_beacon_proposer_index(state)
            if int(proposer) in here:
                block = s.BeaconBlock(
                    slot=s.Slot(slot), proposer_index=proposer, parent_root=s.hash_tree_root(state.latest_block_header))
                body = block.body
                body.eth1_data = state.eth1_data
                body.sync_aggregate.sync_committee_signature = s.G2_POINT_AT_INFINITY
                if slot > 1:
                    attestation = chain.attestation(state, slot - 1)
                    committee = s.get_beacon_committee(state, s.Slot(slot - 1), s.CommitteeIndex(0))
                    attestation.aggregation_bits = s.AggregationBits(data=[int(i) in here for i in committee])
                    attestation.signature = s.G2_POINT_AT_INFINITY
                    body.attestations.append(attestation)
                payload, parent = body.execution_payload, state.latest_execution_payload_header
                payload.parent_hash = parent.block_hash
                payload.prev_randao = s.get_randao_mix(state, s.get_current_epoch(state))
                payload.timestamp = s.compute_time_at_slot(state.genesis_time, state.slot)
                payload.block_number = s.Uint64(parent.block_number + 1)
                payload.difficulty = s.Uint256(s.expected_difficulty(parent.difficulty, parent.timestamp, payload.timestamp))
                payload.extra_data = s.ExtraData(data=bytes(payload.parent_hash) + bytes(32))
                payload.block_hash = s.Hash32(hashlib.sha256(
                    bytes(payload.extra_data) + str(int(payload.timestamp)).encode()).digest())
                for withdrawal in s.electra_get_expected_withdrawals(state).withdrawals:
                    payload.withdrawals.append(withdrawal)
                s.process_block(state, block)
            if slot in (1, 2, 10, 100, 200, 500) or slot % 1000 == 0:
                chain.lines.append({
                    "kind": "absence", "absent": absent, "slot": slot, "state": s.hash_tree_root(state).hex(),
                    "balances": [int(balance) for balance in state.balances]})
        bls.bls_active = True
    return scenario


def main():
    for name, scenario, arguments in (
        ("certificates_n4", certificates, (4,)), ("guards_n4", guards, (4, 0, True)), ("evidence_n4", evidence, (4,)), ("n1", small, (1,)), ("n2", small, (2,)),
        ("n3", small, (3,)), ("n5_quorum4", small, (5, 4)), ("n5_quorum9", small, (5, 9)),
        ("slashed_1_of_16", slashed(1), (16,)), ("slashed_6_of_16", slashed(6), (16,)), ("rest_n16", rest, (16,)),
        ("absence_6_of_16", away(6), (16,)), ("absence_2_of_4", away(2), (4,)),
    ):
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        chain = Chain(*arguments)
        scenario(chain)
        # Absences hold no blocks: not every runner of block vectors can do something with them.
        chain.write(name if name.startswith("absence") else f"pol_{name}")


main()
