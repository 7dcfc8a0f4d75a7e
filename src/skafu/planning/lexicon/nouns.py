"""Nouns that are no things of their own: attributes, vague words, words for the system itself."""

from skafu.planning.lexicon import phrases, words

FIELD_TYPES = {
    "text": """name title description summary address note reason code colour color category topic subject brand
        model genre author publisher language nationality comment message caption slogan label reference
        body text content street city country postcode region area floor plate department instruction answer
        question feedback skill ingredient allergy diagnosis symptom medication dosage format size tag isbn
        sku serial_number tracking_number order_number invoice_number account_number licence license number
        nickname initials username headline remark observation finding recommendation result location
        position manufacturer material destination origin venue pick_up_point place purpose explanation goal
        hint abstract cuisine breed species job_title gender iban details info information preference
        preferences requirement requirements specification coordinates gps""",
    "integer": """quantity amount_of count capacity stock points score seats places age level priority rank
        floor_number mileage pages copies views likes guests participants people persons bedrooms units
        odometer year position stars star beds headcount stock_level threshold_count attempts servings""",
    "decimal": """temperature humidity weight height width length distance percentage percent ratio volume pressure
        speed voltage consumption latitude longitude area_size limit threshold minimum maximum value power
        energy co2 ph moisture brightness noise vibration current rate_percent discount_percent interest
        reading level_percent measurement heart_rate blood_pressure battery oxygen dose concentration flow""",
    "money": """price cost fee fare total salary wage budget balance deposit discount rent tip subtotal tax premium
        sum income revenue start_price reserve_price starting_price minimum_price amount money deductible
        credit_limit payout commission charge bill_amount cash_amount target_amount goal_amount hourly_rate
        shipping_cost goal""",
    "date": """date due_date birthday birthdate date_of_birth start_date end_date expiry_date expiration_date
        delivery_date release_date hire_date check_in_date check_out_date arrival_date departure_date
        deadline_date day best_before_date return_date issue_date invoice_date""",
    "datetime": """time start end start_time end_time deadline timestamp pickup_time delivery_time departure_time
        arrival_time arrival departure closing_time slot time_slot date_and_time expiry expiration due_time
        appointment_time""",
    "duration": "duration length_of_stay time_limit estimated_time runtime",
    "email": "email email_address mail_address",
    "phone": "phone phone_number mobile mobile_number telephone contact_number",
    "url": "url website link webpage homepage video_url image_url",
    "file": """photo picture image file pdf attachment video scan cv resume logo avatar certificate signature
        id_card passport_copy screenshot audio cover photograph""",
    "boolean": "flag consent availability",
}
"""Type of field -> nouns that are such an attribute of something."""

PERSONAL = words(
    """email email_address phone phone_number address date_of_birth birthday birthdate passport iban allergy
    diagnosis symptom medication salary nationality mobile mobile_number street contact_number telephone gender cv
    resume blood_pressure heart_rate"""
)
"""Attributes that identify a person or concern him alone."""

STRONG_FIELDS = words(
    """name title description price due_date date time email address phone quantity amount status capacity deadline
    temperature humidity start_time end_time start_date end_date start_price end start total category password
    location duration weight size colour color position value limit age score"""
)
"""Attributes that are hardly ever things of their own, even where something is done to them."""

VAGUE = words(
    """thing stuff something anything everything nothing data detail details information info way kind type sort part
    lot case example fact point time day week month year hour minute second moment morning evening night weekend
    today tomorrow yesterday number amount rest side end top bottom place one other process step workflow feature
    function functionality option need access ability possibility idea problem situation reason mistake error
    trouble chance work use change state status history life world business companys purpose goal overview phone
    web browser mobile smartphone computer internet money cash people person user rule condition operation
    activity action deal turn effort attempt result reality ease hand eye mind head attention care fun hurry
    manner line front back next previous following right left half majority minority total average percentage
    percent start begin beginning advance demand surge background basis term terms real-time matter behalf
    afternoon everybody itself euro dollar pound cent century decade interval period season quarter pdf csv excel
    paper channel contactless paperwork real_time headquarters duplicate field sign_up login log-in clock wall law
    regulation standard insight transparency security performance scale effect progress touch mess meantime past
    future present chaos minimum maximum hassle sight consistency trust peace experience convenience audit_trail
    gdpr hipaa cloud server database api backend frontend aws sla kpi"""
)
"""Words that stand for no thing that a system keeps."""

SYSTEMS = words(
    """system app platform software tool website portal service solution shop store bookstore marketplace webshop
    webapp startup company business firm organisation organization agency enterprise gym chain clinic hospital
    school university college restaurant hotel library bank club museum factory plant dashboard page screen
    interface ui frontend backend module prototype mvp wiki crm cms workplace office department salon bakery cafe
    cinema theatre shopfront e-shop e-commerce webstore application hostel practice surgery garage studio kitchen
    pharmacy supermarket network association charity municipality town city council nursery kindergarten airline
    airport brand cooperative"""
)
"""Words for the system itself or for who runs it, where the sentence presents it."""

REPORTS = words("report overview summary digest statement statistic statistics dashboard newsletter")
"""Things made from what the system knows already."""

UNCOUNTABLE = words(
    """goods staff equipment stock feedback luggage furniture software hardware news information data advice homework
    merchandise clothing food money cash traffic weather electricity water energy inventory mail series species
    telemetry content attendance maintenance status business class address process access progress bus gas lens
    canvas analysis basis diagnosis campus virus bonus census corpus focus radius surplus apparatus chassis
    headquarters premises means works kudos chess less miss pass glass mass boss loss cross press dress mattress
    compass harness witness waitress hostess actress fitness illness happiness wellness express congress canvass
    iris atlas christmas thermos sepsis always various perhaps whereas across towards unless gps aws plus this its
    his us is was has does yes pos saas sms dns os ios tennis logistics mathematics physics analytics sales hr
    operations marketing compliance procurement"""
)
IRREGULAR_PLURALS = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth",
    "mice": "mouse", "analyses": "analysis", "diagnoses": "diagnosis", "leaves": "leave", "shelves": "shelf",
    "halves": "half", "lives": "life", "knives": "knife", "loaves": "loaf", "wolves": "wolf", "heroes": "hero",
    "potatoes": "potato", "tomatoes": "tomato", "criteria": "criterion", "media": "medium", "quizzes": "quiz",
    "calves": "calf", "wives": "wife", "thieves": "thief", "buses": "bus", "gases": "gas", "lenses": "lens",
    "statuses": "status", "addresses": "address", "classes": "class", "processes": "process", "bonuses": "bonus",
    "viruses": "virus", "campuses": "campus", "movies": "movie", "cookies": "cookie", "selfies": "selfie",
    "menus": "menu", "ties": "tie", "pies": "pie", "dies": "die", "shoes": "shoe", "houses": "house",
    "courses": "course", "nurses": "nurse", "horses": "horse", "purchases": "purchase", "warehouses": "warehouse",
    "exercises": "exercise", "expenses": "expense", "licenses": "license", "licences": "licence", "leases": "lease",
    "cases": "case", "databases": "database", "responses": "response", "releases": "release", "phases": "phase",
    "causes": "cause", "bases": "base", "uses": "use", "invoices": "invoice", "purses": "purse",
    "headquarters": "headquarters", "boxes": "box", "taxes": "tax", "indices": "index", "vertices": "vertex",
    "caches": "cache", "niches": "niche", "axes": "axe", "toes": "toe", "canoes": "canoe", "series": "series",
    "excuses": "excuse", "vases": "vase", "devices": "device", "services": "service", "offices": "office",
    "prices": "price", "premises": "premises", "diseases": "disease", "clauses": "clause",
    "franchises": "franchise", "increases": "increase", "roses": "rose",
}  # fmt: skip

COMPOUNDS = phrases(
    """account manager|account number|accounting software|accounting system|arrival date|arrival time|
    audit trail|bank account|bank transfer|best before date|billing address|blog post|blood pressure|
    board member|booking system|branch manager|cabin crew|call center|call centre|car owner|case manager|
    case worker|change request|check in date|check out date|claim handler|claims adjuster|claims handler|
    class teacher|closing time|club member|community manager|compliance officer|content creator|
    content editor|credit bureau|credit card|credit limit|customer service|customer support|data scientist|
    date of birth|debit card|delivery address|delivery date|delivery driver|delivery note|delivery person|
    delivery time|departure date|departure time|dog owner|due date|email address|end date|end time|
    event organiser|event organizer|expiration date|expiry date|finance department|finance manager|
    finance team|fleet manager|front desk|general manager|gift card|ground staff|guest list|gym member|
    head nurse|head teacher|health record|heart rate|help desk|home owner|hourly rate|house keeper|
    hr department|hr manager|hr system|human resources|insurance claim|invoice date|invoice number|
    issue date|it department|job offer|job posting|job title|kitchen staff|lab result|leave request|
    legacy system|legal team|line manager|loan application|loan officer|lost and found|loyalty points|
    medical record|meeting room|minimum price|mood board|office manager|opening hours|order number|
    packing list|parking lot|parking space|parking spot|payment gateway|payment method|payment provider|
    payment service|pet owner|phone number|pick up point|pickup time|plant manager|product manager|
    project manager|property manager|pull request|purchase order|push notification|quality manager|
    reserve price|restaurant owner|return date|safety officer|sales order|sales rep|sales representative|
    sales team|school nurse|serial number|service desk|service request|shift leader|shift manager|
    shipping address|shipping cost|shop owner|shopping list|site manager|social worker|spare part|
    spare parts|staff member|start date|start price|start time|starting price|stock level|store manager|
    support agent|support staff|support team|taxi driver|team lead|team leader|team member|test result|
    time slot|tour guide|tracking number|training course|truck driver|waiting list|warehouse manager|
    warehouse staff|warehouse worker|work order"""
)
"""Words that belong together and are read as one."""

CURRENCIES = {
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "€": "EUR", "dollar": "USD", "dollars": "USD", "usd": "USD",
    "$": "USD",
    "pound": "GBP", "pounds": "GBP", "gbp": "GBP", "£": "GBP", "franc": "CHF", "francs": "CHF", "chf": "CHF",
}  # fmt: skip
