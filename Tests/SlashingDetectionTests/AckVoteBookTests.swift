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

    /// Until a certificate has opened the losses, no number of votes accuses anybody: they may all be copies. Of those the
    /// certificate leaves out, who knew the losses counts for its two thirds.
    @Test func twoThirdsOfVotes() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(4, chain.ack(verdict: .invalid))).isEmpty)
        for voter in 0..<4 { #expect(book.insert(try chain.vote(ValidatorIndex(voter), ack)).isEmpty) }
        let found = book.insert(try chain.aggregate([0, 1, 2], ack))
        #expect(found.map(\.vote.validatorIndex) == [4])
        #expect(found.first?.other.committeeBits.setCount == 4)
        #expect(chain.slashes(try #require(found.first)))
    }

    /// The dissenter comes after the majority.
    @Test func dissentAfterTheMajority() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.aggregate([0, 1, 2, 3], ack)).isEmpty)
        let found = book.insert(try chain.vote(4, chain.ack(verdict: .invalid)))
        #expect(found.count == 1)
        #expect(chain.slashes(try #require(found.first)))
    }

    /// A copier is convicted by the certificate, before it or after it, and so is one that borrows another's inner signature.
    @Test(arguments: [true, false]) func copies(beforeTheCertificate: Bool) throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        let guess = try chain.vote(4, ack, losses: SHA256.hash([6]))
        let certificate = try chain.aggregate([0, 1, 2, 3], ack)
        for voter in 0..<4 { #expect(book.insert(try chain.vote(ValidatorIndex(voter), ack)).isEmpty) }
        let found: [AckContradiction]
        if beforeTheCertificate {
            #expect(book.insert(guess).isEmpty)
            found = book.insert(certificate)
        } else {
            #expect(book.insert(certificate).isEmpty)
            found = book.insert(guess)
        }
        #expect(found.map(\.vote) == [guess])
        #expect(chain.slashes(try #require(found.first)))
        // No honest member can be accused by the same certificate.
        for voter in 0..<4 {
            #expect(!chain.slashes(AckContradiction(vote: try chain.vote(ValidatorIndex(voter), ack), other: certificate)))
        }
    }

    /// Copies do not make a certificate of less than two thirds one of two thirds.
    @Test func copiesDoNotCountForTwoThirds() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(4, chain.ack(verdict: .invalid))).isEmpty)
        #expect(book.insert(try chain.vote(3, ack, losses: .zero)).isEmpty)
        #expect(book.insert(try chain.aggregate([0, 1, 2], ack)).isEmpty)
    }

    /// Two sets of losses for one message are two votes, whatever the losses are.
    @Test func twoSetsOfLosses() throws {
        let ack = try chain.ack()
        var book = try chain.book(ack)
        #expect(book.insert(try chain.vote(2, ack)).isEmpty)
        let found = book.insert(try chain.vote(2, ack, losses: SHA256.hash([6])))
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
