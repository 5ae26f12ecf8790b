/// Another update changed the adapter first: nobody's fault.
struct Overtaken: Error {
    let reason: String
}
