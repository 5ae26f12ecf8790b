public import TestSupport
public import SSZ

/// A random valid value. Lists have up to `maxCount` elements, so that containers of lists stay small.
public func randomValue<Value: SSZValue>(
    _ type: Value.Type, _ shape: Value.Shape, maxCount: Int = 4, using generator: inout SeededGenerator
) -> Value {
    var value = Value(default: shape)
    if var container = value as? any SSZContainer {
        fill(&container, shape, maxCount: maxCount, using: &generator)
        if let filled = container as? Value { value = filled }
    } else if var random = value as? any RandomlyFilled {
        random.fillRandomly(shape, maxCount: maxCount, using: &generator)
        if let filled = random as? Value { value = filled }
    } else if let length = Value.fixedLength(shape), let random = try? Value(deserializing: generator.bytes(length), shape) {
        value = random
    }
    return value
}

private func fill<Container: SSZContainer>(
    _ container: inout Container, _ shape: Any, maxCount: Int, using generator: inout SeededGenerator
) {
    guard let shape = shape as? Container.Shape else { return }
    var visitor = RandomVisitor(generator: generator, maxCount: maxCount)
    container.visitFields(&visitor, shape)
    generator = visitor.generator
}

private struct RandomVisitor: SSZFieldVisitor {
    typealias Failure = Never

    var generator: SeededGenerator
    let maxCount: Int

    mutating func visit<Value: SSZValue>(_ name: StaticString, _ value: inout Value, _ shape: Value.Shape) {
        value = randomValue(Value.self, shape, maxCount: maxCount, using: &generator)
    }
}

/// A type whose random values are not simply random bytes. `shape` is the type's `Shape`.
public protocol RandomlyFilled {
    mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator)
}

extension Bool: RandomlyFilled {
    public mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator) {
        self = Bool.random(using: &generator)
    }
}

extension Array: RandomlyFilled where Element: SSZValue {
    public mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator) {
        guard let bound = shape as? Bound<Element.Shape> else { return }
        let count = Int.random(in: 0...Swift.min(maxCount, bound.count), using: &generator)
        self = (0..<count).map { _ in randomValue(Element.self, bound.element, maxCount: maxCount, using: &generator) }
    }
}

extension SSZCollection: RandomlyFilled {
    public mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator) {
        guard let bound = shape as? Bound<Element.Shape> else { return }
        if Kind.hasLimit {
            var elements: [Element] = []
            elements.fillRandomly(shape, maxCount: maxCount, using: &generator)
            self = Self(elements)
        } else {
            for index in indices { self[index] = randomValue(Element.self, bound.element, maxCount: maxCount, using: &generator) }
        }
    }
}

extension Bitlist: RandomlyFilled {
    public mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator) {
        guard let bound = shape as? Bound<Unshaped> else { return }
        let count = Int.random(in: 0...Swift.min(8 * maxCount, bound.count), using: &generator)
        self = Bitlist((0..<count).map { _ in Bool.random(using: &generator) })
    }
}

extension Bitvector: RandomlyFilled {
    public mutating func fillRandomly(_ shape: Any, maxCount: Int, using generator: inout SeededGenerator) {
        for index in indices { self[index] = Bool.random(using: &generator) }
    }
}
