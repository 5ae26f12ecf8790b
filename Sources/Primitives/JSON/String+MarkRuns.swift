extension String {
    /// Combining marks that may follow each other in a text from outside. Living languages use a few, and the stream-safe
    /// text format of Unicode (UAX #15, section 13) allows 30.
    package static var markRunLimit: Int { 128 }

    /// Whether more marks than that follow each other.
    ///
    /// Comparing and hashing strings brings them into normal form, which sorts each run of marks in time that grows with the
    /// square of its length: a megabyte of marks would keep a processor busy for minutes at the first `==`.
    package var hasLongMarkRun: Bool {
        // U+0300, the first mark, begins with this byte; what is below needs no look at its properties.
        guard utf8.count > Self.markRunLimit, utf8.contains(where: { $0 >= 0xcc }) else { return false }
        var run = 0
        for scalar in unicodeScalars {
            if scalar.value >= 0x300, scalar.properties.canonicalCombiningClass != .notReordered {
                run += 1
                if run > Self.markRunLimit { return true }
            } else {
                run = 0
            }
        }
        return false
    }
}
