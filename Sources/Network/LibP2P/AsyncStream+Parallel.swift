extension AsyncStream where Element: Sendable {
    /// Runs `body` on each element, on at most `limit` at once. Returns when the stream has ended and all of it is done.
    public func forEach(atOnce limit: Int, _ body: @escaping @Sendable (Element) async -> Void) async {
        await withTaskGroup(of: Void.self) { tasks in
            var running = 0
            for await element in self {
                if running >= limit {
                    await tasks.next()
                    running -= 1
                }
                running += 1
                tasks.addTask { await body(element) }
            }
        }
    }
}
