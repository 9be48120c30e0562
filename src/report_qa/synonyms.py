"""Words that reports use for one another: "wrote" and "author", "rose" and "increased", "live in" and "home to".

Only general reporting vocabulary stands here, nothing of a subject: a question is worded by a person and answered by a
publication, and these are the words by which the two differ whatever they are about. A synonym never counts as much as the
word itself, and names, years and figures have none.
"""

from __future__ import annotations

from report_qa.words import stem

_GROUPS = """
wrote written write author authors authored writer by
lead leads led headed head heads chair chaired chairs run runs directed director
run runs ran running manage manages managed deliver delivers delivered administer administers administered
run runs oversee oversees oversaw operate operates operated distribute distributes distributed
publish published publishes brought bring
ask asked asks commission commissioned commissions request requested order ordered
pay paid pays fund funded funds funding finance financed bill foot footed money
publish published publishes release released issue issued appear appeared out publication launch launched came put
start started starts begin began begins launch launched launches establish established set introduced opened open
end ended ends close closed closes finish finished stop stopped stops run
find found finds finding findings conclude concluded concludes conclusion result results show shows showed
recommend recommended recommends recommendation recommendations propose proposed proposes proposal call calls want wants ask asks urge urges
suggest suggests advise advises
say says state states report reports describe describes call calls
cost costs spend spent spending price worth value expenditure money
receive received receives get gets got give given gives allocated allocate award awarded grant granted
rise rises rose risen increase increased increases grow grew grown growth up higher gain boost
fall falls fell fallen decrease decreased decreases drop dropped decline declined reduce reduced reduction down lower cut
live lives living resident residents home population inhabitants people person
share proportion percentage percent rate
study studies report paper research review publication evaluation analysis document work assessment
researcher researchers author authors academic academics writer team
goal goals target targets aim aims objective objectives purpose ambition
method methods methodology approach design done carried conduct conducted
kind kinds type types form forms sort sorts category categories
consist consists include includes included comprise comprises made cover covers contain contains combine combines use uses used
country england nation national britain
job jobs work employment employed working
unemployed unemployment workless worklessness inactive
criticise criticised critic critics objected sceptical
member members belong belongs membership
big large size scale number total
money funding fund amount sum cash grant grants
place places area areas location site
help helps helped support supports supported back backs backed
plan plans planned intend intends expect expects expected
school schools pupil pupils student students education
young youth youths
doctor nhs health medical
house houses housing home homes
firm firms company companies business businesses enterprise
reason reasons because cause causes caused why due argument arguments
benefit benefits advantage advantages gain gains
effect effects impact impacts outcome outcomes influence
problem problems obstacle obstacles barrier barriers stop stops stopped prevent prevents challenge
compare compared comparison against versus than
mean means meaning define defined definition count counts refers
stand stands short acronym
old age aged
last lasts lasted long length duration period
name named names called known
chief head director boss
government ministers ministry
council councils authority authorities local
law act statute legislation bill
principle principles underpin underpins guide guides basis
save saves saving savings return returns
yield yields return returns bring brings comes back
crime offences criminal
happen happens happened occur occurred
choose chosen chose select selected pick picked
ten tenth decile
measure measures indicator indicators metric
quick quickest quickly fast fastest rapid rapidly speedy
slow slowest slowly late
caused cause causes reason result resulted due led
abolish abolished replaced scrapped ended dissolved
settle settled settling adjudicate adjudicated process processed resolve resolved complete completed
headed head leader chief
recruit recruited enrol enrolled enroll include included
holiday holidays vacation vacations leave pto
inquiry inquiries enquiry investigation investigations investigate investigated probe
crash crashes crashed accident accidents collision
client clients customer customers
colleague colleagues staff employee employees teammate teammates workforce worker workers
car cars vehicle vehicles
buy buys bought purchase purchases purchased acquire acquires acquired acquisition
sell sells sold sale sales
sales revenue revenues turnover
profit profits earnings income
debt debts borrowing borrowings liabilities
tell tells told notify notifies notified inform informs informed
need needs needed require requires required necessary must
allow allows allowed permit permits permitted let entitled eligible
deny denies denied refuse refuses refused reject rejects rejected
keep keeps kept retain retains retained maintain maintains maintained
fix fixes fixed repair repairs repaired resolve
check checks checked verify verifies verified review reviews reviewed
agree agrees agreed approve approves approved approval consent
claim claims reimburse reimbursed reimbursement expense expenses
limit limits cap caps capped maximum ceiling
rule rules policy policies regulation regulations
duty duties responsibility responsibilities task tasks role
responsible accountable owner owns charge
illness sick sickness disease diseases condition
die dies died death deaths deceased killed
injury injuries injured hurt
child kid kids minor
woman female
man male
elderly older pensioner pensioners retired retiree retirees
poor poverty deprived deprivation disadvantaged
rich wealthy affluent
safe safety secure security
enough sufficient adequate
about approximately roughly around
often frequently
important key main major principal chief
new latest recent
old former previous earlier past
next following subsequent
wrong incorrect error errors mistake mistakes
hire hires hired hiring recruit recruits recruited recruitment appoint appointed
leave leaves left depart departed departure
quit quits resign resigned resignation
dismiss dismissed fire fired termination terminated
drop dropped fell
delay delays delayed late postponed
weigh weighs weight
tall high height
deep depth
wide width
far distance
fast speed
part parts portion segment segments section sections division
group groups team teams
meeting meetings session sessions
talk talks speech presentation
teach teaches taught training train trained
test tests trial trials pilot pilots experiment
doctor physician physicians clinician
patient patients participant participants
drug drugs medicine medicines medication
dose doses dosage
symptom symptoms sign signs
airfield airport aerodrome airstrip strip
plane planes airplane aircraft aeroplane
fly flies flew flown flight flights
land landed landing
hit hits struck strike strikes contacted collided
height altitude
wage wages salary salaries pay earnings
tax taxes taxation levy
rent rents rental lease leases leasing
trip trips travel travels travelled journey
home homes dwelling dwellings
attack attacks assault assaults
army military armed
answer answers response responses reply replies responded submission submissions
"""


def read_groups(groups: str) -> dict[str, frozenset[str]]:
    """Return for each stem of some lines of words the stems that stand on a line with it."""
    found: dict[str, set[str]] = {}
    for line in groups.strip().splitlines():
        group = {stem(word) for word in line.split()}
        for term in group:
            found.setdefault(term, set()).update(group - {term})
    return {term: frozenset(others) for term, others in found.items()}


SYNONYMS = read_groups(_GROUPS)


def synonyms(term: str) -> frozenset[str]:
    """Return the stems that may stand for a stem; none for most."""
    return SYNONYMS.get(term, frozenset())
