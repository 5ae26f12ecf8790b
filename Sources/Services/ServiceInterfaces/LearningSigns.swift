public import UpdateLife

extension AsyncStream<Void> {
    /// A sign at once and whenever the head or what is known of an update may have changed; whoever reads slowly finds one sign for
    /// many changes. It ends when both streams do.
    public static func learningSigns(
        _ transitions: AsyncStream<UpdateTransition>, _ moves: AsyncStream<LearningMove>
    ) -> AsyncStream<Void> {
        let (stream, continuation) = makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let following = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { for await _ in transitions { continuation.yield() } }
                group.addTask { for await _ in moves { continuation.yield() } }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in following.cancel() }
        return stream
    }
}
