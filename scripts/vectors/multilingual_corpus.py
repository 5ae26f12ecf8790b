"""Writes lines of made-up multilingual text: words over the alphabets of many scripts, numbers, punctuation,
contractions, white space of all kinds, emoji, combining marks and control characters. One seed, one text."""
import random

SCRIPTS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "latin1": "aàâäéèêëîïôöùûüçñßøåæœ",
    "vietnamese": "aăâđeêiouơưyáàảãạấầẩẫậếềểễệốồổỗộớờởỡợứừửữự",
    "turkish": "abcçdefgğhıijklmnoöprsştuüvyz",
    "polish": "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
    "greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ",
    "cyrillic": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשתךםןףץ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإة",
    "persian": "پچژگکیابتدرسشمنوه",
    "devanagari": "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुूेैोौंः्",
    "bengali": "কখগঘচছজটডতথদধনপফবভমযরলশসহািীুূেো্",
    "tamil": "கஙசஞடணதநபமயரலவழளறனாிீுூெேைொோௌ்",
    "thai": "กขคงจฉชซญดตถทธนบปผพฟมยรลวสหอฮะาิีึืุูเแโใไ่้๊๋",
    "khmer": "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអាិីឹឺុូ",
    "amharic": "ሀለሐመሠረሰሸቀበተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ",
    "han": "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经",
    "kana": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんアイウエオカキクケコーッャュョ",
    "hangul": "가나다라마바사아자차카타파하한국어는을이에서의도로고지만들습니다",
    "jamo": "ᄀᄁ나ᅢᅣᆨᆩ",
}
SPACES = [" "] * 40 + ["  ", "   ", "\t", " \t ", "\u00a0", "\u3000", "\u2003", "\u2028", "\u0085", "\u200b", "\n", "\r\n", " \n ", "\n\n", "\r"]
PUNCTUATION = list(".,;:!?…\"'()[]{}<>/\\|@#$%^&*-_=+~`«»„“”‘’–—•·¿¡§¶†‡©®™°±×÷€£¥₹₿∀∃∑√∞≈≠≤≥→←↑↓⇒「」『』、。，！？；：（）।॥؟،") + [
    "...", "!!", "?!", "->", "=>", "==", "!=", "&&", "||", "//", "/*", "*/", "{}", "();", "<|", "|>", "--", "***"]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Ve", "'LL", "'x", "'ſ", "’s", "'l", "'r"]
EMOJI = ["😀", "👩‍💻", "🇫🇷", "👍🏽", "❤️", "🏳️‍🌈", "🎉🎉", "✈", "☃️", "1️⃣", "🧑🏿‍🚀", "㊗️"]
NUMBERS = ["0", "7", "42", "123", "1234", "12345", "3.14159", "1,000,000", "0x1F", "1e-5", "٣٤٥", "१२३", "Ⅷ", "½", "²", "①", "〇", "2024-05-17", "+49 170 1234567"]
MARKS = ["e\u0301", "a\u0308", "\u0301", "o\u0302\u0323", "n\u0303", "\u1100\u1161\u11a8", "A\u030a", "\u212b", "\ufb01", "q\u0307\u0323", "\u0915\u093c"]
CONTROLS = ["\u0000", "\u0007", "\u001b", "\u007f", "\ufeff", "\u200d", "\u202e", "\u00ad", "\ue000", "\U000f0000", "\ufffd", "\u0378"]
CODE = ["def f(x):\n    return x + 1\n", "for (int i = 0; i < n; ++i) {\n\t\tsum += a[i];\n}", "SELECT * FROM t WHERE id = 'a''b';", "<div class=\"x\">&nbsp;</div>", "git commit -m \"it's\"", "https://example.org/a?b=c&d=%20#e", "user_name@mail.example", "camelCaseIdentifier snake_case_name CONSTANT_1"]

RUNS = ["a", " ", "あ", "=", "\n", "ab", "9"]
SPECIAL = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start", "<|x|>", "<jupyter_text>", "a\u0308→", "ä→"]


def word(r):
    alphabet = SCRIPTS[r.choice(list(SCRIPTS))] if r.random() < 0.7 else SCRIPTS["latin"]
    text = "".join(r.choice(alphabet) for _ in range(r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 12])))
    style = r.random()
    return text.upper() if style < 0.06 else text.capitalize() if style < 0.2 else text


def line(r):
    if r.random() < 0.03:
        return r.choice(CODE) * r.choice([1, 1, 2])
    if r.random() < 0.01:
        return r.choice(RUNS) * r.choice([70, 100, 333])
    parts = []
    for _ in range(r.choice([1, 2, 4, 6, 8, 10, 14, 18])):
        kind = r.random()
        if kind < 0.66:
            parts.append(word(r))
            if r.random() < 0.08:
                parts.append(r.choice(CONTRACTIONS))
        elif kind < 0.76:
            parts.append(r.choice(NUMBERS) if r.random() < 0.6 else str(r.randrange(10 ** r.choice([1, 2, 3, 4, 6, 9]))))
        elif kind < 0.88:
            parts.append(r.choice(PUNCTUATION))
        elif kind < 0.92:
            parts.append(r.choice(EMOJI))
        elif kind < 0.96:
            parts.append(r.choice(MARKS))
        elif kind < 0.98:
            parts.append(r.choice(CONTROLS))
        else:
            parts.append(r.choice(SPECIAL))
        if r.random() < 0.8:
            parts.append(r.choice(SPACES))
    return "".join(parts)


def tables():
    """What `line` chooses from, for a program that draws the same lines; letters with their upper, title and lower case."""
    cases = lambda letters: [[c, c.upper(), c.title(), c.lower()] for c in letters]
    return {
        "scripts": [cases(letters) for letters in SCRIPTS.values()], "latin": list(SCRIPTS).index("latin"), "spaces": SPACES,
        "punctuation": PUNCTUATION, "contractions": CONTRACTIONS, "emoji": EMOJI, "numbers": NUMBERS, "marks": MARKS,
        "controls": CONTROLS, "code": CODE, "runs": RUNS, "special": SPECIAL}


def lines(count, seed=1):
    r = random.Random(seed)
    return [line(r) for _ in range(count)]
