import AckQuorum
import BeaconTypes
import PolTestChain
import Primitives
import SSZ
import SlashingDetection
import StateTransition
import Testing

@Suite struct AckVoteBookTests {
    let chain: TestChain

    init() throws { chain = try TestChain(count: 5, slot: 5) }

    /// Two messages of one validator on one subject: the chain slashes for what the book finds.
    @Test func twoMessages() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(2, ack)).isEmpty)
        #expect(book.insert(try chain.vote(2, ack)).isEmpty)
        let found = book.insert(try chain.vote(2, chain.ack(verdict: .invalid)))
        #expect(found.count == 1)
        #expect(chain.slashes(try #require(found.first)))
        // Told once.
        #expect(book.insert(try chain.vote(2, chain.ack(after: 2))).isEmpty)
    }

    /// Three of five are less than two thirds; the fourth VALID vote makes them accuse whoever said otherwise.
    @Test func twoThirdsOfVotes() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(4, chain.ack(verdict: .invalid))).isEmpty)
        for voter in 0..<3 { #expect(book.insert(try chain.vote(ValidatorIndex(voter), ack)).isEmpty) }
        let found = book.insert(try chain.vote(3, ack))
        #expect(found.map(\.vote.validatorIndex) == [4])
        #expect(found.first?.other.committeeBits.setCount == 4)
        #expect(chain.slashes(try #require(found.first)))
    }

    /// The dissenter comes after the majority.
    @Test func dissentAfterTheMajority() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        for voter in 0..<4 { #expect(book.insert(try chain.vote(ValidatorIndex(voter), ack)).isEmpty) }
        let found = book.insert(try chain.vote(4, chain.ack(verdict: .invalid)))
        #expect(found.count == 1)
        #expect(chain.slashes(try #require(found.first)))
    }

    @Test func aCertificateOfTwoThirds() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(4, chain.ack(verdict: .invalid))).isEmpty)
        let found = book.insert(try chain.aggregate([0, 1, 2, 3], ack))
        #expect(found.map(\.vote.validatorIndex) == [4])
        #expect(chain.slashes(try #require(found.first)))
        // The same certificate proves nothing twice.
        #expect(book.insert(try chain.aggregate([0, 1, 2, 3], ack)).isEmpty)
    }

    /// A quorum of less than two thirds accuses only those who signed it.
    @Test func aCertificateOfLess() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(4, chain.ack(verdict: .invalid))).isEmpty)
        #expect(book.insert(try chain.vote(2, chain.ack(verdict: .invalid))).isEmpty)
        let found = book.insert(try chain.aggregate([0, 1, 2], ack))
        #expect(found.map(\.vote.validatorIndex) == [2])
        #expect(chain.slashes(try #require(found.first)))
        // With another member's vote the certificate grows to two thirds.
        #expect(book.insert(try chain.vote(3, ack)).map(\.vote.validatorIndex) == [4])
    }

    /// An INVALID majority accuses nobody.
    @Test func invalidMajority() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(0, ack)).isEmpty)
        for voter in 1..<5 { #expect(book.insert(try chain.vote(ValidatorIndex(voter), chain.ack(verdict: .invalid))).isEmpty) }
    }

    @Test func strangersAndOtherSubjects() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        var stranger = try chain.vote(1, ack)
        stranger.validatorIndex = 99
        #expect(book.insert(stranger).isEmpty && !book.knows(99))
        #expect(book.insert(try chain.vote(1, chain.ack(slot: 4))).isEmpty && !book.knows(1))
        var short = try chain.aggregate([0, 1, 2, 3], ack)
        short.committeeBits = Bitlist(count: 4)
        #expect(book.insert(short).isEmpty)
    }

    /// Silence is no vote.
    @Test func silenceProvesNothing() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.aggregate([0, 1, 2, 3], ack)).isEmpty)
    }
}
