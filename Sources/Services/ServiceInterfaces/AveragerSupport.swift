/// What an averager asks of an AI engine, in process or over HTTP: the gate, adapters, whose candidates are worth judging, and
/// the book of what became of updates.
public typealias AveragerSupport = AdapterSource & CandidateFeed & LossEvaluator & UpdateNotes
