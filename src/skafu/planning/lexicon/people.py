"""Words for people and organisations that act: they become roles."""

from skafu.planning.lexicon import words

PEOPLE = words(
    """accountant administrator admin advisor agent analyst applicant approver architect artist assistant attendee
    auctioneer auditor author baker bank barista bidder borrower broker buyer candidate captain caregiver carer
    carrier cashier ceo chef chief citizen cleaner clerk client clinician coach colleague collector commuter
    company consultant consumer contact contractor controller cook coordinator counsellor courier creator customer
    dealer delegate dentist designer developer director dispatcher doctor donor driver editor employee employer
    engineer evaluator examiner executive expert exhibitor family fan farmer finance follower foreman freelancer
    friend gardener grower guard guardian guest guide hairdresser handyman headmaster headteacher helper host hr
    inspector installer instructor insurer intern investigator investor janitor journalist judge juror keeper
    kitchen landlord landlady lawyer leader learner lecturer legal lender librarian maintainer maker management
    manager marketing mechanic mediator member mentor merchant midwife moderator mother nurse officer official
    operations operator organiser organizer owner parent participant partner passenger patient patron pharmacist
    photographer physician pilot planner player plumber police policyholder politician postman practitioner
    presenter principal professor provider publisher pupil purchaser reader receptionist recipient recruiter
    referee rep representative requester requestor researcher reseller resident retailer reviewer rider runner
    sales salesperson scientist security seeker seller sender shareholder shipper shop-owner shopper specialist
    spectator speaker sponsor staff student subscriber supervisor supplier support surgeon teacher team teammate
    technician tenant therapist ticketholder tourist trader trainer trainee translator traveller traveler
    treasurer tutor underwriter user vendor vet veterinarian viewer visitor volunteer voter waiter waitress walker
    warehouse winner worker writer roommate flatmate neighbour neighbor child bookkeeper storekeeper lab
    laboratory claimant adjuster assessor secretary dean housekeeping housekeeper porter concierge sitter
    pet-owner logistics procurement purchasing compliance payroll dispatch department it_department buddy
    registrar notary chairman chairwoman chairperson curator caretaker chemist musician singer actor dancer optician
    breeder adopter grandparent applicant allergist cyclist hiker camper bather archivist forester fisherman reporter
    it-support helpdesk restaurant picker packer scheduler shift-manager"""
)
STAFF_PLURAL = words("staff people team family management police personnel crew")
GENERIC_PEOPLE = words(
    """people person user somebody someone anybody anyone everybody everyone they we i you us others me them he she
    him nobody party friend guy folk one"""
)
EMPLOYED = words(
    """accountant administrator admin agent analyst approver auditor barista cashier chef clerk cleaner controller
    cook coordinator director dispatcher editor engineer finance foreman headmaster headteacher hr inspector
    janitor kitchen librarian management manager marketing mechanic moderator nurse officer operations operator
    organiser organizer receptionist recruiter sales security staff supervisor support teacher team technician
    trainer warehouse worker doctor lab laboratory bookkeeper housekeeping housekeeper logistics procurement
    purchasing compliance payroll helpdesk reviewer secretary dispatch shift-manager coach instructor restaurant
    registrar notary curator caretaker archivist optician
    assistant vet veterinarian leader captain chief therapist physician pharmacist midwife surgeon lecturer tutor
    adjuster treasurer picker packer buddy department it_department bank landlord company planner host owner
    professor waiter waitress"""
)
"""Roles that act on what others started; everybody else owns what he starts."""

LEADING = ("member", "customer", "client", "patient", "student", "guest", "employee", "subscriber", "tenant", "reader")
"""Who is meant by "people" where the text gives no better word."""

PLACES = {
    "gym": "member", "club": "member", "shop": "customer", "store": "customer", "bookstore": "customer",
    "clinic": "patient", "hospital": "patient", "practice": "patient", "school": "student", "university": "student",
    "hotel": "guest", "restaurant": "guest", "library": "reader", "company": "employee", "office": "employee",
    "bank": "customer", "salon": "customer", "bakery": "customer", "cafe": "customer", "marketplace": "customer",
    "museum": "visitor", "cinema": "visitor", "theatre": "visitor", "conference": "attendee", "garage": "customer",
    "landlord": "tenant", "association": "member", "charity": "donor", "barber": "customer", "dentist": "patient",
}  # fmt: skip
"""Where "people" come to -> what they are called there."""
