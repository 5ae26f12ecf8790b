extension LabReport {
    /// A plot of the loss gap: a group of bars an attack, one bar a share of attackers, and the 2 % line where it is
    /// in sight.
    public var svg: String {
        let groups = results.reduce(into: [(attack: String, results: [LabResult])]()) { groups, result in
            let name = result.attack?.rawValue ?? "none"
            if groups.last?.attack == name { groups[groups.count - 1].results.append(result) } else { groups.append((name, [result])) }
        }
        let (left, top, height, barWidth) = (64.0, 56.0, 220.0, 16.0)
        let most = groups.map(\.results.count).max() ?? 1
        let groupWidth = max(84, barWidth * Double(most) + 28)
        let width = left + groupWidth * Double(max(1, groups.count)) + 24
        let gaps = results.map { 100 * $0.gap(to: clean) }.filter(\.isFinite)
        let scale = height / max(0.05, 1.15 * (gaps.map { abs($0) }.max() ?? 1))
        let hasFall = gaps.contains { $0 < -0.005 }
        let zero = top + (hasFall ? height / 2 : height)
        let unit = hasFall ? scale / 2 : scale
        var svg = [
            ##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \##(Self.decimal(width, 0)) 350" font-family="system-ui, sans-serif" font-size="12">"##,
            ##"<rect width="100%" height="100%" fill="#ffffff"/>"##,
            ##"<text x="16" y="24" font-size="15" fill="#1b2733">Loss above the run without attackers, in percent (\##(clean.trainers) trainers)</text>"##,
        ]
        for step in 0...4 {
            let value = (gaps.map { abs($0) }.max() ?? 1) * Double(step) / 4
            for sign in hasFall ? [1.0, -1.0] : [1.0] where step > 0 || sign > 0 {
                let y = zero - sign * value * unit
                svg.append(
                    ##"<line x1="\##(left)" x2="\##(width - 16)" y1="\##(Self.decimal(y, 1))" y2="\##(Self.decimal(y, 1))" stroke="#d9dfe5"/>"##
                )
                svg.append(
                    ##"<text x="\##(left - 8)" y="\##(Self.decimal(y + 4, 1))" text-anchor="end" fill="#5b6874">\##(Self.decimal(sign * value, 2))</text>"##
                )
            }
        }
        let colors = ["#7fb0d6", "#2f78b0", "#123f66", "#8a5fb0", "#b05f8a"]
        let shares = results.reduce(into: [Int]()) { if !$0.contains($1.attackers) { $0.append($1.attackers) } }
        for (position, group) in groups.enumerated() {
            let start = left + groupWidth * Double(position) + 12
            for (index, result) in group.results.enumerated() {
                let gap = result.gap(to: clean) * 100
                let color = colors[(shares.firstIndex(of: result.attackers) ?? 0) % colors.count]
                let size = max(1.5, abs(gap.isFinite ? gap : 0) * unit)
                let y = gap >= 0 ? zero - size : zero
                svg.append(
                    ##"<rect x="\##(Self.decimal(start + barWidth * Double(index), 1))" y="\##(Self.decimal(y, 1))" width="\##(barWidth - 3)" height="\##(Self.decimal(size, 1))" fill="\##(color)"><title>\##(group.attack), \##(result.attackers) of \##(result.trainers): \##(Self.decimal(gap, 2)) %, \##(result.poisonedAccepted) poisoned updates entered</title></rect>"##
                )
            }
            svg.append(
                ##"<text x="\##(Self.decimal(start + barWidth * Double(group.results.count) / 2, 1))" y="\##(Self.decimal(top + height + 20, 1))" text-anchor="middle" fill="#1b2733">\##(group.attack)</text>"##
            )
        }
        for (index, attackers) in shares.enumerated() {
            let x = left + 110 * Double(index)
            svg.append(##"<rect x="\##(x)" y="318" width="12" height="12" fill="\##(colors[index % colors.count])"/>"##)
            svg.append(##"<text x="\##(x + 18)" y="329" fill="#1b2733">\##(attackers) of \##(clean.trainers) hostile</text>"##)
        }
        svg.append("</svg>")
        return svg.joined(separator: "\n") + "\n"
    }
}
