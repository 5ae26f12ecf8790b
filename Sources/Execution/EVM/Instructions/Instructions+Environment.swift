import Primitives

// What code sees of its call, of other accounts and of the block.
extension EVM {
    /// CALLDATALOAD.
    @inline(__always)
    func callDataLoad(_ frame: UnsafeMutablePointer<CallFrame>, _ sp: UnsafeMutablePointer<UInt256>) {
        let offset = sp[-1]
        sp[-1] = frame.pointee.message.input.withUnsafeBytes { input in
            guard let start = offset.asUInt64, start < UInt64(input.count), let base = input.baseAddress
            else { return .zero }
            if input.count - Int(start) >= 32 { return Self.load(base + Int(start)) }
            var word = Hash32()
            word.withUnsafeMutableBytes {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[Int(start)...]))
            }
            return UInt256(bigEndian: word)
        }
    }

    /// CALLDATACOPY.
    func callDataCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ sp: inout UnsafeMutablePointer<UInt256>,
        _ gas: inout Int64
    ) {
        sp -= 3
        let offset = expandForCopy(frame, sp[2], sp[0], &gas)
        guard gas >= 0 else { return }
        let count = Int(truncatingIfNeeded: sp[0].low)
        let (source, target) = (sp[1], frame.pointee.memory + offset)
        frame.pointee.message.input.withUnsafeBytes {
            Self.copy($0, from: source, to: target, count: count)
        }
    }

    /// CODECOPY.
    func codeCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ code: Code,
        _ sp: inout UnsafeMutablePointer<UInt256>, _ gas: inout Int64
    ) {
        sp -= 3
        let offset = expandForCopy(frame, sp[2], sp[0], &gas)
        guard gas >= 0 else { return }
        Self.copy(
            UnsafeRawBufferPointer(start: code.bytes, count: code.count), from: sp[1],
            to: frame.pointee.memory + offset,
            count: Int(truncatingIfNeeded: sp[0].low))
    }

    /// RETURNDATACOPY: unlike the others it fails where its source ends (EIP-211).
    func returnDataCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ sp: inout UnsafeMutablePointer<UInt256>,
        _ gas: inout Int64
    ) -> EVMFailure? {
        sp -= 3
        let offset = expandForCopy(frame, sp[2], sp[0], &gas)
        guard gas >= 0 else { return .outOfGas }
        let (source, size) = (sp[1], sp[0])
        let (end, overflow) = source.addingReportingOverflow(size)
        guard !overflow, end <= UInt256(UInt64(frame.pointee.returnData.count)) else {
            return .returnDataOutOfBounds
        }
        let target = frame.pointee.memory + offset
        frame.pointee.returnData.withUnsafeBytes {
            Self.copy($0, from: source, to: target, count: Int(truncatingIfNeeded: size.low))
        }
        return nil
    }

    /// BALANCE.
    mutating func balance(_ sp: UnsafeMutablePointer<UInt256>, _ gas: inout Int64) {
        let position = state.position(Self.address(sp[-1]))
        chargeAccess(position, &gas)
        sp[-1] = state.entries[position].balance
    }

    /// EXTCODESIZE.
    mutating func externalCodeSize(_ sp: UnsafeMutablePointer<UInt256>, _ gas: inout Int64) {
        let position = state.position(Self.address(sp[-1]))
        chargeAccess(position, &gas)
        guard gas >= 0 else { return }
        sp[-1] = UInt256(UInt64(state.code(position).count))
    }

    /// EXTCODECOPY.
    mutating func externalCodeCopy(
        _ frame: UnsafeMutablePointer<CallFrame>, _ sp: inout UnsafeMutablePointer<UInt256>,
        _ gas: inout Int64
    ) {
        sp -= 4
        let offset = expandForCopy(frame, sp[2], sp[0], &gas)
        guard gas >= 0 else { return }
        let position = state.position(Self.address(sp[3]))
        chargeAccess(position, &gas)
        guard gas >= 0 else { return }
        let other = state.code(position)
        Self.copy(
            UnsafeRawBufferPointer(start: other.bytes, count: other.count), from: sp[1],
            to: frame.pointee.memory + offset,
            count: Int(truncatingIfNeeded: sp[0].low))
    }

    /// EXTCODEHASH (EIP-1052).
    mutating func externalCodeHash(_ sp: UnsafeMutablePointer<UInt256>, _ gas: inout Int64) {
        let position = state.position(Self.address(sp[-1]))
        chargeAccess(position, &gas)
        sp[-1] = state.isDead(position) ? .zero : UInt256(bigEndian: state.entries[position].codeHash)
    }

    /// BLOBHASH (EIP-4844).
    func blobHash(_ sp: UnsafeMutablePointer<UInt256>) {
        guard let index = sp[-1].asUInt64, index < UInt64(transaction.blobHashes.count) else {
            sp[-1] = .zero
            return
        }
        sp[-1] = UInt256(bigEndian: transaction.blobHashes[Int(index)])
    }

    /// BLOCKHASH: the hash of one of the last 256 blocks, else zero.
    mutating func blockHash(_ number: UInt256) -> UInt256 {
        guard let number = number.asUInt64, number < block.number, block.number - number <= 256 else {
            return .zero
        }
        if let known = knownHashes[number] { return known }
        do {
            let hash = try block.blockHash(number).map { UInt256(bigEndian: $0) } ?? .zero
            knownHashes[number] = hash
            return hash
        } catch {
            state.fail(error)
            return .zero
        }
    }
}
