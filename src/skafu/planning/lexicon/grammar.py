"""The closed classes of English: words that carry grammar rather than meaning."""

from skafu.planning.lexicon import words

DETERMINERS = words(
    """a an the this these those any each every all some no another both either neither several many most much few
    more such what which whose enough other next"""
)
POSSESSIVES = words("my your his her its our their one's")
PRONOUNS = words(
    """i we you he she it they me us him them himself herself itself themselves ourselves yourself somebody someone
    anybody anyone everybody everyone nobody others something anything everything nothing each_other mine yours
    theirs ours there none"""
)
PEOPLE_PRONOUNS = words(
    """i we you he she they me us him her them somebody someone anybody anyone everybody everyone nobody others
    themselves"""
)
NOBODY = frozenset({"nobody", "none", "nothing"})
PREPOSITIONS = words(
    """about above across against along among around as at behind below beneath beside between beyond by despite down
    during except for from in inside into like near of off on onto out outside over past per since through
    throughout to toward towards under up upon via with within without than according_to because_of instead_of
    based_on depending_on next_to"""
)
COORDINATORS = words("and or but then plus nor")
SUBORDINATORS = words(
    """when whenever if once after before until till unless while because so_that whereas although though where
    whether since in_case as_long_as how why"""
)
RELATIVES = words("who that which whom where")
MODALS = words("can could may might must shall should will would cannot")
BE = words("be am is are was were been being gets get got become becomes")
HAVE = words("have has had having")
DO = words("do does did")
NEGATIONS = words("not never")
ADVERBS = words(
    """also only just even still already again then first finally later now soon online offline here always often
    sometimes usually automatically immediately directly together back away too very well instead maybe
    perhaps
    today tomorrow currently afterwards beforehand quickly easily yet ever twice once_only respectively
    regularly manually in_advance as_well ahead downtown uptown abroad nearby"""
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "ninety": 90, "hundred": 100,
}  # fmt: skip
ADJECTIVES = words(
    """able active actual additional available bad basic best better big busy certain cheap clear closest cold common
    complete correct critical current daily damaged different digital direct dirty early easy electronic empty
    entire exact existing external fair fast favourite favorite final financial fixed former free frequent fresh
    full future general global good great happy hard heavy high higher highest hot hourly huge human important
    inactive individual initial internal international invalid large last late later latest live local long low
    lower lowest main major manual medical minimal minor missing mobile monthly multiple nearby nearest necessary
    new nice normal official old older online open opened optional own paid perfect personal physical popular
    positive possible preferred previous private proper public quick ready real recent recurring regular relevant
    remote responsible right safe same secure senior separate serious shared short similar simple single slow
    small special specific standard strict successful suitable technical temporary total typical unique unpaid
    upcoming urgent useful valid various virtual warm warmer weekly whole wide wrong yearly young overdue due
    low-stock frail sick ill dangerous unread unsold outstanding first second third half ordinary eligible
    interested verified anonymous automatic quarterly annual nightly cheapest fastest earliest best-rated top
    longest shortest biggest smallest"""
)
NUMBER_SCALE = {"thousand": 1000, "million": 1_000_000, "dozen": 12, "k": 1000}
CONTRACTIONS = (
    ("won't", "will not"), ("can't", "can not"), ("cannot", "can not"), ("shan't", "shall not"), ("n't", " not"),
    ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"), ("i'm", "i am"),
    ("it's", "it is"), ("that's", "that is"), ("there's", "there is"), ("who's", "who is"), ("what's", "what is"),
    ("he's", "he is"), ("she's", "she is"), ("let's", "let us"), ("here's", "here is"),
)  # fmt: skip
REPHRASED = (
    (r"\b(?:so that|such that)\b", "so_that"),
    (r"\bso (?=(?:people|they|we|i|users|members|customers|everyone|the team|students|staff)\b)", "so_that "),
    (r"\bso (?=(?:(?:the|my|our|their|that|other) )?\w+s? (?:can|could|may|do not|don't|will|know|knows|get|gets)\b)",
     "so_that "),
    (r"\b(?:the )?(?:system|app|platform) (?:shall|must|should|will) (?:allow|enable) ((?:\w+ ){1,4})to\b", r"\1can"),
    (r"\b(?:shall|must|should|will) be able to\b", "can"),
    (r"\bas soon as\b|\bas and when\b|\bthe moment\b|\bupon\b(?= \w+ing\b)", "when"),
    (r"\bas long as\b|\bprovided that\b|\bonly if\b|\bonly when\b", "if"),
    (r"\bin case(?: of)?\b", "if"),
    (r"\bin order to\b|\bso as to\b", "to"),
    (r"\bas well as\b|\btogether with\b|\bplus\b|&|\bas well\b,? and\b", "and"),
    (r"\bas well\b|\bat the same time\b|\bright away\b|\bin real[- ]time\b|\bin advance\b|\bof course\b", ""),
    (r"\band/or\b|\bor else\b|\botherwise\b", "or"),
    (r"\bsuch as\b|\bfor example\b|\bfor instance\b|\be\.g\.?|\bnamely\b", "like"),
    (r"\bi\.e\.?", ""),
    (r"\betc\b\.?", ""),
    (r"\bno longer\b", "not"),
    (r"\ba lot of\b|\blots of\b|\ba (?:number|couple|set|bunch) of\b|\bthousands of\b|\bhundreds of\b|\bmillions of\b",
     "many"),
    (r"\b(?:is|are|was|were|be|being) (?:also )?not (?:allowed|permitted) to\b", "can not"),
    (r"\b(?:is|are|was|were|be|being) (?:also |then )?(?:able|allowed|permitted) to\b", "can"),
    (r"\b(?:is|are|was|were|be|being) (?:also |then )?(?:required|supposed|expected) to\b", "must"),
    (r"\bbe able to\b|\bhave the ability to\b|\bget to\b", "can"),
    (r"\b(?:has|have|had|need|needs) to\b", "must"),
    (r"\b(?:would|'d) like to\b|\bwish(?:es)? to\b|\bwanna\b", "want to"),
    (r"\bwould like\b", "want"),
    (r"\bmake sure(?: that)?\b|\bensures?(?: that)?\b|\bmakes sure(?: that)?\b", "so_that"),
    (r"\bto be notified\b", "to receive notifications"),
    (r"\beach other\b|\bone another\b", "each_other"),
    (r"\baccording to\b", "according_to"),
    (r"\bbecause of\b|\bdue to\b", "because_of"),
    (r"\binstead of\b", "instead_of"),
    (r"\bbased on\b", "based_on"),
    (r"\bdepending on\b", "depending_on"),
    (r"\beach (?=who\b)", "everybody "),
    (r"\be-mail", "email"),
    (r"\b(?:text messages?|text msgs?)\b", "sms"),
    (r"\bpush notifications?\b", "push_notification"),
    (r"\bwait ?list\b|\bwait-list\b|\bwaiting-list\b", "waiting list"),
    (r"\bto-do\b|\bto do(?= lists?\b)", "todo"),
    (r"\bno shows?\b", "no-show"),
    (r"\bcheck-(?=in|out)", "check "),
    (r"\bsign-up\b", "sign up"),
    (r"\bhand-in\b", "hand in"),
)  # fmt: skip
"""Regular expression -> plainer words, in this order, before the words are looked at one by one."""
