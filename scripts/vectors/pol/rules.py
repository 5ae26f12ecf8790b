# Rules of the pol fork, appended to the Electra specification (see spec.py). Written from the design alone: each rule
# names its fault by raising Fault.

DOMAIN_UPDATE_ACK = DomainType("0x0f000000")
DOMAIN_SEALED_ACK = DomainType("0x10000000")
ACK_WINDOW_SLOTS = -(-30000 // int(config.SLOT_DURATION_MS))
MAX_REVEAL_DISTANCE = 16
RECENT_PROPOSERS = 64
NO_PROPOSER = 2**64 - 1
TASK_SLICE_SENTENCES = 64
GENERAL_SLICE_SENTENCES = 96
GENERAL_LOSSES = 64
MAX_ACK_EVIDENCE_AGE = int(SLOTS_PER_HISTORICAL_ROOT) - ACK_WINDOW_SLOTS - 3


class Fault(AssertionError):
    pass


def demand(condition, fault):
    if not condition:
        raise Fault(fault)


def expected_difficulty(parent_difficulty, parent_time, time):
    gap = (int(time) - int(parent_time)) * 1000 // int(config.SLOT_DURATION_MS)
    difficulty = int(parent_difficulty)
    if gap == 1:
        return difficulty + max(1, difficulty // 512)
    for _ in range(gap - 1):
        difficulty -= difficulty // 16
    return max(64, difficulty)


def fixed_point(pattern):
    from fractions import Fraction

    pattern = int(pattern)
    sign, exponent, fraction = pattern >> 31, pattern >> 23 & 255, pattern & (2**23 - 1)
    if sign or exponent == 255:
        return None
    value = Fraction(fraction if exponent == 0 else fraction + 2**23) * Fraction(2) ** (max(exponent, 1) - 150)
    return None if value >= 65536 else int(value * 2**32)


def passes_gate(before, after):
    before, after = fixed_point(before), fixed_point(after)
    if before is None or after is None:
        return False
    return after <= before if 20 * before < 2**32 else 1000 * after < 999 * before


def ack_committee(state, slot):
    members = []
    for index in range(get_committee_count_per_slot(state, compute_epoch_at_slot(slot))):
        members += get_beacon_committee(state, slot, CommitteeIndex(index))
    return members


def ack_quorum(n, setting):
    return max(1, (n + 1) // 2) if setting == 0 else min(int(setting), max(1, n - 1))


def reveal_slot(state, candidate):
    """The slot of the block whose RANDAO reveal draws the candidate's slice, or None while there is none."""
    first, last = int(candidate.slot) + 1, int(state.latest_block_header.slot)
    if last < first or last - first >= RECENT_PROPOSERS:
        return None
    n = len(ack_committee(state, candidate.slot))
    wanted = min(2, max(1, n - 1))
    proposers = set()
    for slot in range(first, min(first + MAX_REVEAL_DISTANCE, last + 1)):
        proposer = int(state.learning.recent_proposers[slot % RECENT_PROPOSERS])
        if proposer == NO_PROPOSER or n > 1 and proposer == int(candidate.author):
            continue
        proposers.add(proposer)
        if len(proposers) == wanted:
            return slot
    return None


def record_proposer(state):
    """Writes down who made the block that is being processed, and that nobody made one in the slots before it."""
    header, ring = state.latest_block_header, state.learning.recent_proposers
    ring[int(header.slot) % RECENT_PROPOSERS] = header.proposer_index
    for slot in range(int(header.slot) - 1, max(0, int(header.slot) - RECENT_PROPOSERS), -1):
        if get_block_root_at_slot(state, Slot(slot)) != get_block_root_at_slot(state, Slot(slot - 1)):
            break
        ring[slot % RECENT_PROPOSERS] = ValidatorIndex(NO_PROPOSER)


def slice_seed(state, slot, update_id):
    mix = get_randao_mix(state, compute_epoch_at_slot(Slot(slot)))
    return sha256(bytes(mix) + bytes(update_id))


def draw_slice(seed, pool_root, pool_count, count):
    """The indices of a pool's sentences that judge a candidate, in the order in which they are drawn."""
    drawn, block = [], 0
    while len(drawn) < min(count, pool_count):
        words = bytes(sha256(bytes(seed) + bytes(pool_root) + block.to_bytes(8, "little")))
        block += 1
        for at in range(0, 32, 8):
            index = int.from_bytes(words[at:at + 8], "little") * pool_count >> 64
            if index not in drawn and len(drawn) < min(count, pool_count):
                drawn.append(index)
    return drawn


def has_pools(learning):
    return learning.task_pool_root != Bytes32()


def passes_guard(ack, with_pools):
    """What the slice has to show, from the figures that the ack states."""
    figures = [ack.task_before, ack.task_after, ack.general_base, ack.general_parent, ack.general_after]
    if not with_pools:
        return all(int(figure) == 0 for figure in figures)
    figures = [fixed_point(figure) for figure in figures]
    if None in figures:
        return False
    task_before, task_after, base, parent, after = figures
    if base == 0:
        return False
    if 20 * task_before < 2**32:
        if task_after > task_before:
            return False
    else:
        confirmed = task_before - task_after
        claimed = fixed_point(ack.loss_before) - fixed_point(ack.loss_after)
        if confirmed <= 0 or 2 * confirmed < claimed:
            return False
    return 100 * after <= 100 * parent + base and (50 * after <= 51 * base or recovers(base, parent, after))


def recovers(base, parent, after):
    """Whether general text gets better by more than luck."""
    return 200 * after + base <= 200 * parent


def within_budget(learning, ack):
    """Whether the general losses of the last certificates, this one's among them, stay near the base model's."""
    if recovers(*(fixed_point(loss) for loss in (ack.general_base, ack.general_parent, ack.general_after))):
        return True
    bases, afters = fixed_point(ack.general_base), fixed_point(ack.general_after)
    for index, entry in enumerate(learning.general_losses):
        if index != int(learning.update_count) % GENERAL_LOSSES:
            bases += fixed_point(entry.base)
            afters += fixed_point(entry.after)
    return 100 * afters <= 101 * bases


def ack_signing_root(state, ack, losses_root):
    domain = get_domain(state, DOMAIN_UPDATE_ACK, compute_epoch_at_slot(ack.slot))
    return compute_signing_root(AckStatement(ack=ack, losses_root=losses_root), domain)


def verify_seal(state, vote):
    domain = get_domain(state, DOMAIN_SEALED_ACK, compute_epoch_at_slot(vote.message.slot))
    sealed = SealedAck(ack=vote.message, inner_signature=vote.inner_signature)
    return bls.Verify(
        state.validators[vote.validator_index].pubkey, compute_signing_root(sealed, domain), vote.signature)


def verify_votes(state, ack, losses_root, indices, signature):
    pubkeys = [state.validators[index].pubkey for index in indices]
    return bls.FastAggregateVerify(pubkeys, ack_signing_root(state, ack, losses_root), signature)


def check_certificate(state, certificate, update_id, block_slot):
    """The faults that can be proved from the chain before the block."""
    ack, candidate = certificate.ack, certificate.candidate
    demand(ack.update_id == update_id, "update id")
    demand(ack.verdict == 1, "verdict")
    demand(1 <= ack.slot < block_slot and block_slot - ack.slot <= ACK_WINDOW_SLOTS, "slot window")
    demand(1 <= candidate.slot < ack.slot <= candidate.slot + MAX_REVEAL_DISTANCE, "candidate")
    demand(candidate.author == ack.author, "candidate")
    demand(len(candidate.selected) == len(candidate.inputs), "candidate")
    demand(hash_tree_root(candidate) == update_id, "candidate")
    demand(passes_gate(ack.loss_before, ack.loss_after), "loss gate")
    demand(passes_guard(ack, has_pools(state.learning)), "guard slice")
    demand(ack.anchor_root == get_block_root_at_slot(state, ack.slot), "anchor")
    demand(ack.slice_seed == slice_seed(state, ack.slot, update_id), "slice seed")
    members = ack_committee(state, ack.slot)
    bits = list(certificate.committee_bits)
    demand(len(bits) == len(members), "bits")
    demand(ack.author in members and bits[members.index(ack.author)], "author")
    votes = sum(map(bool, bits)) - (1 if len(members) > 1 else 0)
    demand(votes >= ack_quorum(len(members), state.learning.ai_quorum), "quorum")
    voters = [member for member, bit in zip(members, bits) if bit]
    demand(verify_votes(state, ack, certificate.losses_root, voters, certificate.signature), "signature")


def process_ack_certificate(state, body):
    update_id = Bytes32(bytes(body.execution_payload.extra_data)[32:])
    certificate = body.ack_certificate
    learning = state.learning
    if update_id == Bytes32():
        demand(certificate == AckCertificate(), "certificate not empty")
        return
    check_certificate(state, certificate, update_id, state.slot)
    demand(update_id not in list(learning.recent_update_ids), "replay")
    demand(certificate.candidate.base_model_root == learning.base_model_root, "base model")
    demand(certificate.candidate.parent_adapter_root == learning.adapter_root, "parent adapter")
    ack = certificate.ack
    demand(int(ack.slot) == reveal_slot(state, certificate.candidate), "reveal")
    fall = fixed_point(ack.loss_before) - fixed_point(ack.loss_after)
    if has_pools(learning):
        demand(within_budget(learning, ack), "forgetting budget")
        learning.general_losses[int(learning.update_count) % GENERAL_LOSSES] = GeneralLoss(
            base=ack.general_base, after=ack.general_after)
        fall = min(fall, fixed_point(ack.task_before) - fixed_point(ack.task_after))
    learning.recent_update_ids[int(learning.update_count) % 64] = update_id
    learning.update_count += 1
    learning.adapter_root = ack.adapter_root
    reward = min(10**9, fall * 10**9 >> 32)
    inputs = [i for i, chosen in zip(certificate.candidate.inputs, certificate.candidate.selected) if chosen]
    share = reward // len(inputs) if inputs else 0
    for selected in inputs if share > 0 else []:
        learning.pending_rewards.append(TrainerReward(address=selected.reward_address, amount=Gwei(share)))


def accused(state, index):
    demand(index < len(state.validators), "not slashable")
    demand(is_slashable_validator(state.validators[index], get_current_epoch(state)), "not slashable")


def slash_for_ack(state, index):
    effective_balance = state.validators[index].effective_balance
    slash_validator(state, index)
    in_all, taken = effective_balance // 32, effective_balance // MIN_SLASHING_PENALTY_QUOTIENT_ELECTRA
    decrease_balance(state, index, Gwei(in_all - taken))


def process_ack_quorum_slashing(state, slashing):
    header = slashing.signed_header.message
    accused(state, header.proposer_index)
    demand(1 <= header.slot <= state.slot, "parent not canonical")
    demand(state.slot - header.slot <= MAX_ACK_EVIDENCE_AGE, "too old")
    demand(header.parent_root == get_block_root_at_slot(state, header.slot - 1), "parent not canonical")
    extra_data = bytes(slashing.extra_data)
    demand(len(extra_data) == 64 and extra_data[32:] != bytes(32), "no update claimed")
    for leaf, branch, depth, index in (
        (slashing.extra_data, slashing.extra_data_branch, 9, 298),
        (slashing.ack_certificate, slashing.ack_certificate_branch, 4, 13),
    ):
        demand(is_valid_merkle_branch(hash_tree_root(leaf), list(branch), depth, index, header.body_root), "branch")
    try:
        check_certificate(state, slashing.ack_certificate, Bytes32(extra_data[32:]), header.slot)
        at_fault = False
    except AssertionError:
        at_fault = True
    demand(at_fault, "quorum was valid")
    domain = get_domain(state, DOMAIN_BEACON_PROPOSER, compute_epoch_at_slot(header.slot))
    pubkey = state.validators[header.proposer_index].pubkey
    demand(bls.Verify(pubkey, compute_signing_root(header, domain), slashing.signed_header.signature), "signature")
    slash_for_ack(state, header.proposer_index)


def process_ack_contradiction(state, contradiction):
    vote, inner = contradiction.vote.message, contradiction.vote.inner_signature
    other, own = contradiction.other, contradiction.own_vote
    voter = contradiction.vote.validator_index
    # Against the voter's own second vote, whose losses nobody need know, or against what others signed
    is_own = own != SignedUpdateAck()
    if is_own:
        demand(other == AckAggregate(), "two counterparts")
        demand(own.validator_index == voter, "different voter")
    counterpart = own.message if is_own else other.ack
    demand(
        vote.slot == counterpart.slot and vote.anchor_root == counterpart.anchor_root
        and vote.update_id == counterpart.update_id, "different update")
    if is_own:
        demand((vote, inner) != (own.message, own.inner_signature), "same statement")
    demand(1 <= vote.slot < state.slot, "slot window")
    demand(state.slot - vote.slot < SLOTS_PER_HISTORICAL_ROOT, "too old")
    demand(vote.anchor_root == get_block_root_at_slot(state, vote.slot), "anchor")
    accused(state, voter)
    members = ack_committee(state, vote.slot)
    demand(voter in members, "not in committee")
    demand(verify_seal(state, contradiction.vote), "signature")
    if is_own:
        demand(verify_seal(state, own), "signature")
    else:
        bits = list(other.committee_bits)
        demand(len(bits) == len(members), "bits")
        count = sum(map(bool, bits))
        demand(count > 0 and (bits[members.index(voter)] or 3 * count >= 2 * len(members)), "too few votes")
        voters = [member for member, bit in zip(members, bits) if bit]
        demand(verify_votes(state, other.ack, other.losses_root, voters, other.signature), "signature")
        # The vote says something else, or its inner signature is not over these losses
        same = vote == other.ack and verify_votes(state, vote, other.losses_root, [voter], inner)
        demand(not same, "same statement")
    slash_for_ack(state, voter)


electra_get_expected_withdrawals = get_expected_withdrawals
electra_process_execution_payload = process_execution_payload
electra_process_operations = process_operations


def with_rewards(state, withdrawals):
    index = withdrawals[-1].index + 1 if withdrawals else state.next_withdrawal_index
    rewards = [
        Withdrawal(
            index=WithdrawalIndex(index + i), validator_index=ValidatorIndex(2**64 - 1), address=reward.address,
            amount=reward.amount)
        for i, reward in enumerate(state.learning.pending_rewards)
    ]
    return list(withdrawals) + rewards


def process_withdrawals(state, payload):
    expected = electra_get_expected_withdrawals(state)
    everything = with_rewards(state, expected.withdrawals)
    demand(list(payload.withdrawals) == everything, "withdrawals")
    apply_withdrawals(state, expected.withdrawals)
    update_next_withdrawal_index(state, everything)
    update_pending_partial_withdrawals(state, expected.processed_partial_withdrawals_count)
    update_next_withdrawal_validator_index(state, expected.withdrawals)
    state.learning.pending_rewards = TrainerRewards()


def process_execution_payload(state, body, execution_engine):
    payload, parent = body.execution_payload, state.latest_execution_payload_header
    demand(payload.parent_hash == parent.block_hash, "payload parent hash")
    demand(payload.prev_randao == get_randao_mix(state, get_current_epoch(state)), "payload prev_randao")
    demand(payload.timestamp == compute_time_at_slot(state.genesis_time, state.slot), "payload timestamp")
    difficulty = expected_difficulty(parent.difficulty, parent.timestamp, payload.timestamp)
    demand(payload.difficulty == difficulty, "difficulty")
    demand(len(payload.extra_data) == 64, "extra_data length")
    demand(bytes(payload.extra_data)[:32] == bytes(payload.parent_hash), "extra_data parent")
    electra_process_execution_payload(state, body, execution_engine)


def process_operations(state, body):
    electra_process_operations(state, body)
    record_proposer(state)
    process_ack_certificate(state, body)
    for slashing in body.ack_quorum_slashings:
        process_ack_quorum_slashing(state, slashing)
    for contradiction in body.ack_contradictions:
        process_ack_contradiction(state, contradiction)


def is_idle_epoch(state):
    return state.latest_block_header.slot < compute_start_slot_at_epoch(get_current_epoch(state))


electra_process_inactivity_updates = process_inactivity_updates
electra_process_rewards_and_penalties = process_rewards_and_penalties


def process_inactivity_updates(state):
    if not is_idle_epoch(state):
        electra_process_inactivity_updates(state)


def process_rewards_and_penalties(state):
    if not is_idle_epoch(state):
        electra_process_rewards_and_penalties(state)
