"""Verbs that people use for what a system and its users do, by what they mean for a blueprint."""

from skafu.planning.lexicon import words

IRREGULAR = {
    "begin": "begun", "bid": "bid", "break": "broken", "bring": "brought", "build": "built", "buy": "bought",
    "catch": "caught", "choose": "chosen", "come": "come", "cut": "cut", "deal": "dealt", "do": "done",
    "draw": "drawn", "drive": "driven", "eat": "eaten", "fall": "fallen", "feed": "fed", "find": "found",
    "fly": "flown", "forget": "forgotten", "freeze": "frozen", "get": "got", "give": "given", "go": "gone",
    "grow": "grown", "hear": "heard", "hide": "hidden", "hit": "hit", "hold": "held", "keep": "kept",
    "know": "known", "lead": "led", "learn": "learned", "leave": "left", "lend": "lent", "let": "let",
    "lose": "lost", "make": "made", "meet": "met", "overwrite": "overwritten", "pay": "paid", "put": "put",
    "quit": "quit", "read": "read", "rebuild": "rebuilt", "rerun": "rerun", "resell": "resold", "reset": "reset",
    "ride": "ridden", "ring": "rung", "rise": "risen", "run": "run", "say": "said", "see": "seen", "seek": "sought",
    "sell": "sold", "send": "sent", "set": "set", "show": "shown", "shut": "shut", "sing": "sung", "sit": "sat",
    "sleep": "slept", "speak": "spoken", "spend": "spent", "split": "split", "spread": "spread", "stand": "stood",
    "steal": "stolen", "swap": "swapped", "take": "taken", "teach": "taught", "tell": "told", "think": "thought",
    "throw": "thrown", "undo": "undone", "understand": "understood", "upset": "upset", "wake": "woken",
    "wear": "worn", "win": "won", "withdraw": "withdrawn", "write": "written", "overdraw": "overdrawn",
    "redo": "redone", "oversee": "overseen", "foresee": "foreseen",
}  # fmt: skip
"""Base -> past participle."""

PAST_TENSE = {
    "began": "begin", "broke": "break", "came": "come", "chose": "choose", "drew": "draw", "drove": "drive",
    "fell": "fall", "flew": "fly", "froze": "freeze", "gave": "give", "went": "go", "grew": "grow", "knew": "know",
    "ran": "run", "rode": "ride", "rose": "rise", "saw": "see", "spoke": "speak", "stole": "steal", "took": "take",
    "threw": "throw", "woke": "wake", "wore": "wear", "wrote": "write", "withdrew": "withdraw", "did": "do",
    "forgot": "forget", "was": "be", "were": "be",
}  # fmt: skip
DOUBLED = words(
    """cancel travel label submit refer transfer admit commit permit occur prefer control enrol model ship stop plan
    drop tag log scan flag map pin swap trim wrap chat ban bar bat beg equip tip fit grab hop jog nap nod pat pet
    plug pop rip rob rub sip skip slip snap spot step strip top trip unplug zip dispel expel compel rebut outfit
    quit dial signal total fulfil instal defer confer omit remit unpin unzip reship retag program opt prep rap pad
    unban dim cap net pit sum jam run win cut put let hit get begin forget upset reset sit swim"""
)
"""Verbs that double their last letter before -ed and -ing (British spelling of cancel and the like)."""

CREATING = words(
    """create add register place submit request open post publish raise report record start launch schedule make file
    upload import enter issue draft propose receive ingest collect log list order book reserve rent borrow hire
    apply subscribe enroll enrol join invite send write compose donate rate review comment vote bid generate
    produce host organise organize announce define setup onboard lodge initiate prepare buy purchase sell nominate
    document plan trigger lend offer suggest recommend advertise measure store save introduce compile plant admit
    adopt sponsor inspect claim pledge contribute transfer deposit detect capture survey print arrange establish
    found build set_up sign_up hand_in put_up write_down fill_in fill_out send_in turn_in call_in note quote bill
    invoice charge refund return grade conduct appoint tip sign_up_for reorder award provision"""
)
"""Verbs that can bring their object into being."""

ENDING = words(
    """cancel close complete reject archive delete decline expire return refund finish end remove terminate revoke
    withdraw resolve discharge retire dismiss void settle fulfil fulfill deliver deactivate abandon drop_out
    turn_down call_off write_off check_out hand_over close_out wrap_up deny forfeit dispose scrap unsubscribe
    redeem sell collect destroy conclude disqualify miss"""
)
"""Verbs after which nothing more happens to the object, as a rule."""

QUERYING = words(
    """see view browse search find look_up look_at look look_for look_through display show filter compare check
    monitor follow watch download track export read consult visualise visualize examine preview analyse analyze
    explore discover overview access retrieve query look_into keep_track scroll scroll_through count lookup fetch
    get_overview observe"""
)
TELLING_BACK = words("show display")
COMPUTING = words(
    """calculate compute determine estimate derive sum aggregate predict forecast decide count evaluate
    optimize optimise rank sort total"""
)
"""Verbs of working something out: no decision of anybody."""

CRUD = {
    "manage": ("create", "update", "remove"),
    "maintain": ("create", "update", "remove"),
    "administer": ("create", "update", "remove"),
    "organise": ("create", "update"),
    "organize": ("create", "update"),
    "handle": ("create", "update", "close"),
    "keep_track": ("record", "update"),
    "track": ("record", "update"),
    "curate": ("add", "update", "remove"),
    "look_after": ("create", "update"),
    "take_care": ("create", "update"),
}
"""Verbs that stand for the whole life of their object."""

LIGHT = words("make do take give have get perform carry_out place hold conduct leave provide issue set")
"""Verbs that mean what their object means: make a booking, take a payment, leave a review."""

CONTROLLING = words(
    """want need like wish love try    intend hope expect agree forget
    remember tend prefer continue help"""
)
"""Verbs whose infinitive is what happens: want to see."""

ENABLING = words("allow let enable help permit require force empower")
"""Verbs whose object does something: lets patients book."""

STATIVE = words(
    """be have want need like contain include belong consist cost depend exist happen last live matter mean remain
    seem stay suffer think understand know own involve cover concern expect hope love hate work use deal care
    apply_to come_from look_like represent keep go become get feel arise be_due correspond weigh fit reach exceed
    support provide apply occur wait focus result serve sit stand consider trust believe specialise specialize
    suit vary differ require allow let enable help permit try intend tend prefer continue make do say turn rely
    benefit begin struggle spend build remember forget hear enjoy mess bother worry save_time guess agree come
    worth break ensure guarantee prevent forbid
    prohibit disallow fall rise increase decrease drop grow drive force decide wish sleep empower
    describe name date qualify aim play exercise improve count treat reduce avoid travel relax"""
)
"""Verbs that describe: no command comes of them."""

ARRIVING = words("arrive come_in come reach land flow_in get_in ")
FAILING = {"fail": "failed", "bounce": "failed", "decline_": "declined"}

PHRASAL = {
    "accept": (), "back": ("up",), "block": ("out",), "book": ("in", "out"), "break": ("down",),
    "bring": ("back", "in"), "call": ("off", "in"), "cash": ("out",), "check": ("in", "out", "off"),
    "clock": ("in", "out"), "close": ("out", "down"), "come": ("in",), "carry": ("out",), "drop": ("off", "out"),
    "fill": ("in", "out"), "flow": ("in",), "follow": ("up",), "get": ("in", "back"), "give": ("back", "up", "out"),
    "hand": ("in", "out", "over", "back"), "kick": ("off",), "log": ("in", "out", "off"),
    "look": ("up", "at", "for", "through", "into", "after"), "lock": ("out",), "mark": ("off", "down"),
    "move": ("up", "in", "out"), "opt": ("in", "out"), "pay": ("out", "off", "back", "in"), "pick": ("up",),
    "pass": ("on",), "pull": ("out",), "put": ("up", "away"), "ring": ("up",), "roll": ("back", "out"),
    "rule": ("out",), "run": ("out",), "sell": ("out",), "send": ("in", "out", "back"), "set": ("up",),
    "ship": ("out",), "show": ("up",), "shut": ("down",), "sign": ("up", "in", "out", "off", "on"),
    "sort": ("out",), "split": ("up",), "start": ("up",), "switch": ("on", "off"),
    "take": ("over", "back", "off", "out", "on"), "tick": ("off",), "top": ("up",),
    "turn": ("in", "down", "off", "on", "up"), "write": ("off", "down", "up"), "wrap": ("up",), "divide": ("up",),
    "lay": ("off",), "settle": ("up",), "swap": ("out",), "work": ("out",), "scroll": ("through",),
    "thaw": ("out",), "try": ("out",), "read": ("out",), "trade": ("in",),
}  # fmt: skip
"""Verb -> particles that make another verb of it."""

SAME_AS = {
    "sign_in": "log_in", "enrol": "enroll", "drop_out": "cancel", "call_off": "cancel", "back_out": "cancel",
    "pull_out": "cancel", "look_up": "find", "organise": "organize", "put_up": "post", "get_in": "arrive",
    "come_in": "arrive", "flow_in": "arrive", "analyse": "analyze", "fulfil": "fulfill", "authorise": "authorize",
    "set_up": "set_up", "send_in": "submit", "turn_in": "hand_in", "give_back": "return", "bring_back": "return",
    "take_back": "return", "send_back": "return", "hand_back": "return", "wrap_up": "complete", "tick_off": "complete",
    "check_off": "complete", "mark_off": "complete", "work_out": "calculate", "send_out": "send", "ship_out": "ship",
    "optimise": "optimize", "prioritise": "prioritize", "unenrol": "unenroll", "instal": "install",
    "finalise": "finalize", "categorise": "categorize", "log_off": "log_out", "sign_out": "log_out",
}  # fmt: skip
"""Verb -> the verb that the blueprint says instead."""

HOUSEKEEPING = words("log_in log_out sign_on authenticate")
"""What the user pool does; no command comes of it."""

KNOWN = words(
    """accept acknowledge activate adjust advance alert align allocate answer apply approve archive arrange arrive
    ask assemble assess assign attach attend audit authorize award back bake balance ban bill block bounce box
    brew browse bundle buy calculate calibrate call cancel capture carry certify change charge chat check choose
    claim classify clean clear click clock close code collect combine comment communicate compare compensate
    complain complete compute confirm connect consolidate contact continue convert cook coordinate copy correct
    count cover credit cure customize cut deactivate debit decline deduct define delay delegate delete deliver
    deny deploy deposit describe design detect determine diagnose disable discard discharge discount discuss
    dismiss dispatch dispense display dispose dispute distribute document donate double download draft draw drink
    drive drop duplicate edit email empty enable encode end endorse enforce enlarge enroll enter equip escalate
    estimate evaluate exceed exchange exclude execute expect expire explain export extend extract facilitate fail
    favorite feed fetch file fill filter finalize finance find fine finish fire fix flag follow forecast forward
    freeze fulfill fund gather generate get give grade grant greet group guide harvest help hide highlight hire
    hold host identify implement import improve include increase indicate inform ingest initiate insert inspect
    install instruct insure integrate interview introduce invalidate invest investigate invite invoice issue join
    judge keep label launch leave lend like link list listen load locate lock log look mail maintain make manage
    map mark match measure meet mention merge message migrate miss moderate modify monitor mount move multiply
    mute name negotiate nominate note notify number observe offer onboard open operate order organize oversee own
    pack park participate pass pause pay penalize perform pick pin place plan plant play post postpone predict
    prepare prescribe present preview price print prioritize process produce program promise promote propose
    protect prove provide provision publish pull purchase push put qualify quarantine query question quote raise
    rank rate reach reactivate read reassign rebook recall receive recharge recognize recommend reconcile record
    recover recruit recycle redeem reduce refer refill refund refuse regenerate register regulate reject relate
    release remind remove rename renew rent reopen reorder repair repeat replace reply report request require
    reschedule resend reserve reset resolve respond restart restock restore restrict resubmit resume retain retire
    retrieve retry return reuse revert review revise revoke reward ring roll route run salute sample save scan
    schedule score screen seal search seat secure seed segment select sell send separate serve set settle share
    shelve ship show sign skip solve sort specify split sponsor stamp start stay stock stop store stream submit
    subscribe substitute suggest summarize supervise supply support survey suspend swap switch sync synchronize
    tag take talk tally teach tell terminate test thank tip total track trade train transfer transform translate
    transmit transport treat trigger trim tune turn unassign unblock undo unlock unpublish unsubscribe update
    upgrade upload upsert use vaccinate validate value vary verify view visit vote wait waive want warn wash watch
    water weigh win withdraw wrap write admit adopt adhere announce append assist associate begin bid boost borrow
    bring broadcast cater celebrate come compile compose configure consent consult consume contain contribute
    control cost create curate deal demand depart depend derive do earn elect eat ensure establish exist expand
    expose fall fit fly forbid form found go grow handle happen hand hear honor hope impose inherit inquire
    interact involve know last learn let line live lodge lose love matter mean mind need nurse occur oppose owe
    pledge point possess prefer press prevent proceed purge react rebuild redirect reflect rely remain remember
    reorganize represent reship ride rise satisfy say see seek seem shorten shut sit slow snooze spawn speak
    specialize spend stand state step strike study style suffer suit sum swipe think throw tick touch transcribe
    travel try type understand unlink visualize wake walk wear wish work worry zoom allow attempt nudge acquire
    groom board deice refuel dock rotate pair arm disarm vacate evict adjudicate underwrite reimburse accrue
    disburse amortize accredit shortlist triage ping page crawl index tokenize mint burn stake swab dose immunize
    intake pickup reprice upvote downvote unfollow repost retweet stash grill roast plate reheat defrost fold sew
    stitch iron weave dye tow jumpstart impound deregister enlist recertify decommission reprint relabel restage
    hibernate reroute divert ration"""
) | CREATING | ENDING | QUERYING | COMPUTING | STATIVE | ARRIVING  # fmt: skip

NOUN_TOO = words(
    """access account address advance alarm alert answer approach arm array award back balance ban bank bar base bid
    bill block board book booking box brew broadcast bundle burn call care cause challenge change charge chat
    check claim class clock code comment complaint contact content contract contrast control copy cost count
    course cover credit cure cut damage date deal debit delay demand deposit design discount display dispute dock
    document dose double draft draw drink drive drop email end endeavour estimate exchange exercise experience
    export favorite feed feedback fee file fill filter fine finish fire fix flag flow fold follow force forecast
    form forward freeze function fund gain gather grade grant group guarantee guide hand harvest help hire hold
    host hunt import increase index inquiry insert insight install intake interest interview invite invoice iron
    issue judge key label lack land launch lead leave lift like limit line link list load loan lock log look love
    mail map mark market master match matter measure meet mention merge message milk mind mint minute miss mount
    move name need nose note notice number nurse object offer order outline output outrage oven own pack page pair
    park part pass pause pay permit phone photo pick pickup pin ping place plan plant plate play point post power
    present press price print process produce profile program progress project promise proof purchase push
    quarantine query question queue quote race raise range rank ransom rate rating ration reach reason rebate
    recall receipt record refill refund register release remark rent repair repeat replay reply report repost
    request rescue research reserve reset resort respect response rest restart result retail return reveal review
    reward ride ring rise risk roll room rotate round route rule run sample scale scan schedule score screen seal
    search season seat seed segment service set share shelf shift ship shop shortlist show sign signal site size
    slot sort sound source space split sponsor spot stage stake stamp stand start state stay step stick stitch
    stock stop storage store stream stress strike study style subject sum supply support surcharge surface survey
    switch sync tag talk target task tax test text thank thanks ticket tick time tip title total touch tour track
    trade train transfer transport travel treat trial triage trigger trip trust try tune turn type update upgrade
    upload use value view visit vote wait walk warrant wash watch water way wear weather weight win wish word work
    worry workout wrap zone download appointment clean empty open paid clear complete correct direct dirty free
    live secure separate slow warm close approximate duplicate lease sublease pledge upvote downvote lookup pet
    house sail trim"""
)
"""Words that are verbs and nouns (or adjectives): the sentence decides."""
