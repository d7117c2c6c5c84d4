"""How a sentence suggests something, and how it names what it does not suggest."""

import re

# What denies something else than the thing behind it; it says nothing against that thing, so it is read as nothing.
NO_HARM = re.compile(
    r"\b(?:no (?:\w+ )?(?:harm|shame|rule against|reason not|time like|such thing as|need to (?:worry|skip|deny|avoid|hide))"
    r"|nothing (?:\w+ )?(?:wrong|like|beats|better|bad|cosier|nicer)|can't (?:\w+ )?(?:go wrong|beat|hurt)"
    r"|(?:doesn't|won't|wouldn't|never|don't) (?:hurts?|harms?|do any harm)"
    r"|(?:don't|not|never|no need to) (?:deny yourself|be (?:afraid|shy|scared|so strict|too strict|embarrassed)(?: (?:of|to))?"
    r"|hesitate|forget|worry|think twice|overthink|feel guilty|hold back|let \w+(?: \w+){0,2} stop you|miss out on)"
    r"|no (?:bake|knead|fuss|cook|brainer|doubt|wonder|matter|guilt|judg\w+|phone|pressure|rush|strings)"
    r"|(?:no|in no) (?:law|rule|reason|time) ?(?:against|to avoid|not to|to say no to|says|for guilt)?|never mind"
    r"|(?:what's|only thing|thing) missing (?:is|might be)|nothing (?:stops|keeps|to be afraid|to fear|to stop)"
    r"|(?:forget|ignore|screw|hang|skip|throw out|never mind|don't read) (?:the|those|all|your|what) (?:\w+ )?(?:rules?|labels?|warnings?"
    r"|doctors?|leaflets?|diets?|advice|allerg\w+|orders?|fuss|worries|worry|pills|limits?|restrictions?|lists?|says?|said|intoleran\w+)"
    r"|(?:don't|why) (?:avoid|resist|refuse|fear|say no to|be so careful|miss)|(?:low|little|no) (?:\w+ )?risk"
    r"|(?:give|giving) in to (?:\w+ )?(?:temptations?|cravings?|urges?)(?: (?:of|for))?"
    r"|(?:satisfy|indulge|follow|feed|honou?r|listen to|still|treat) (?:that|the|your|a|those) (?:crav\w+|urges?|temptations?|longing)"
    r"(?: for)?|(?:(?<=, )|(?<=; )|^)(?:isn't|wouldn't|doesn't|don't|couldn't|can't|won't|aren't|shouldn't)"
    r" (?:it|you|that|there|an?|some|they|the)"
    r"|no one(?:'s| is| has to| needs to| will| would)|without (?:guilt|shame|judg\w+|anyone|overthinking|pressure|thinking|worrying|feeling guilty|screens|your phone)"
    r"|not (?:just|only|a bad|such a bad|too|to mention|the end of|as bad)|if not|never too|even if (?:it's|it is|only|just)"
    r"|whether (?:it's|it is|that's)|check(?:ing)? (?:out|in)|stop(?:ping)? (?:by|at|in|off|for)|quite)\b"
)
# What names the thing to keep away from it suggests it to nobody.
KEPT_AWAY = re.compile(
    r"\b(?:avoid\w*|without|instead of|rather than|in place of|skip|skipping|free (?:of|from)|no(?! longer)"
    r"|(?:(?<!why )not|never|don't|doesn't|can't|cannot|won't|needn't|mustn't|couldn't|shouldn't|wouldn't|no longer)"
    r"(?: (?:have|eat|drink|take|use|go (?:to|near|for)|touch|try|make|get|add|enjoy))?"
    r"|wasn't|weren't|isn't|aren't|away from|off limits|cut(?:ting)? out|giv(?:e|ing) up|gave up|given up"
    r"|replac\w+|substitut\w+ for|alternatives? to"
    r"|swap\w*|allerg\w+|intoleran\w+|safe from|expos\w+ to|miss|missing|refus\w+|turn(?:ed|ing)? down"
    r"|say(?:ing)? no to|traces? of|contains?|hidden|warned (?:you )?(?:off|against|about)|warn\w* against|forb\w+"
    r"|clear of|keep off|miss out on|miles from|far from|done with|ruled out|rules? out|farewell to|goodbye to"
    r"|leav\w+ out|hold the|other than|except|rid of|watch(?:ing)? out for|quit(?:s|ting)?|stop(?:s|ped|ping)?"
    r"|crav(?:e|es|ed|ing|ings)(?: for)?|urges?(?: (?:for|to (?:have|smoke|drink|eat|use|bet|buy)))?"
    r"|temptations?(?: (?:of|for|to))?|tempted(?: by)?|(?:longing|hunger|thirst|desire) for"
    r"|(?:wish|pull|loss|lack|absence|fear|grief|question) (?:for|of)"
    r"|(?:(?:tell|telling|show|showing) (?:him|her|them|people|someone|everyone|your \w+|the \w+)|explain\w*|mention\w*)"
    r" (?:what|that|how|why|whether|which)"
    r"|(?:someone|somebody|people|they|he|she|others|everyone|friends|colleagues|your \w+|who) (?:still )?(?:hands?"
    r"|handed|offer(?:s|ed)?|pour(?:s|ed)?|brings?|brought|push(?:es|ed)?|served?|puts|kept|keeps|smoked?|drank"
    r"|ate|cook(?:s|ed)|baked|made|laugh(?:s|ed)?|ordered|raised|enjoyed)(?: you| \w+)?"
    r"|(?:when|while|if|as|watching) (?:someone|somebody|people|they|he|she|others|everyone|friends|your \w+)(?: all)? \w+"
    r"|(?:what|how|when|why|where) (?:did|was|were|do you miss)|did(?! you know)"
    r"|afraid of|be(?:ing)? around|worr\w+ about|invited (?:over|out)? ?(?:for|over|to)"
    r"|scared of|react\w* to|dangers?(?: of)?|dangerous|harm(?:s|ed|ful|ing)?|risk(?:s|y|ing)? ?(?:of)?|ban(?:s|ned|ning)?"
    r"|neither|nor|unsafe|stay(?:ing)? off|resist\w*|haven't"
    r"|hasn't|hadn't|didn't|even if|whether|check(?:ing|s)?|labels?|unlike)\b"
    r"((?:,? [\w']+){0,6}?),? $"
)
GOES_ON = re.compile(
    r"\b(?:so|but|then|try|how|maybe|perhaps|consider|you|use|have|for|with|why|enjoy|could|let|make|go|drink|eat|add"
    r"|get|take|why|wonders|instead|hesitate|forget|wrong|just|simply|here's|plus)\b"
)
STARTS_ANEW = re.compile(
    r"^(?:e?s)?(?: [a-z]+)? (?:is|are|makes?|can|could|works?|would|might|may|tends?|tastes?|has|will"
    r"|does)\b(?! (?:not|off|out)\b)"
)
FREE = re.compile(
    r"^ (?:free\b|allerg|intoleran|alternatives?\b|substitutes?\b|replacements?\b|of (?:water|tea|juice|soap"
    r"|chocolate"
    r"|something (?:warm|cold|hot|soothing)|hot)\b"
    r"|(?:is|are) (?:off|not(?! going| a problem| so bad| that bad)|out|dangerous|unsafe|a no)\b"
    r"|(?:isn't|aren't)(?! going to| a problem| that bad| so bad| forbidden| off| out)|can be (?:dangerous|risky)"
    r"|(?:without|with no|minus) (?!guilt|shame|worr|judg|anyone|a care)|made (?:with|from|of) (?:rice|oat|almond|soy|corn|coconut)"
    r"|could (?:hurt|harm)|(?:can|may|might|could) (?:interact|trigger|react)|interacts"
    r"|(?:out|off|gone|banned|forbidden|ruled out)(?= ?[,;.!?]|$))"
)
# A thing's word in a saying.
FIGURE = re.compile(
    r"(?:(?:go |a |are |is )?(?:run|running|runs) (?:through|low|late|out|away|on|in circles|from|over|into|errands"
    r"|the house|high|deep|its course|a (?:bath|fever|temperature))|(?:walks?|walking) (?:me|you|us|them|him|her) through"
    r"|(?:walks?|walking) (?:away|alongside|beside|with (?:you|him|her)|on eggshells|into|this)"
    r"|(?:weigh|weighs|weighed|weighing) (?:on|heav\w+|down|you down|the pros|up)|jump(?:s|ing)? to conc|sweets? of you"
    r"|shed (?:tears|a tear|light|some)|pounds? of|swallow (?:your|my))\b"
)
_MUCH = r"(?:so|too|very|really|quite|only|just|rather|a bit|a|such a|pretty|both|especially) "
# What is said behind a thing to warn of it.
WARNED = re.compile(
    r"^(?:[^.;:,]|, (?:which|as you|with|and)\b){0,70}?\b(?<!not )(?<!n't )(?<!never )(?:"
    rf"(?:is|are|was|were|be|being|as|feels?|sounds?|get|gets) (?:{_MUCH})?(?:risky|poison|dangerous|unsafe|harmful"
    r"|off limits|off the table|out of the question|ruled out|forbidden|banned|no good|bad for|hard on|behind you"
    r"|gone|a danger|a risk|a trigger|not for|not an? (?!problem|big deal|sin|crime|disaster|bad)|not safe|not what"
    r"|not something|not worth|not the(?! end)|not advised|not recommended"
    r"|out for|out because|out now|out with|out\b(?= ?[.,;!?]|$))"
    r"|(?:isn't|aren't|wasn't|weren't|wouldn't|won't) (?:be )?(?:for|an? (?:good|safe|wise|option|great)|safe|worth"
    r"|good|right|advis\w+|recommended|possible|allowed|what|something|kind|easy on|on the)\b"
    r"|(?:make|makes|making|made) (?:\w+ ){1,3}?(?:ill|sick|worse|weaker|flare|harder)"
    r"|(?:could|can|might|may|would|will) (?:only |even |well |really |seriously )?(?:set off|hurt you|harm"
    r"|trigger|backfire|flare|interact|clash|undo|endanger|worsen|damage|thin your|raise your|kill|wait)\b"
    r"|puts? (?:\w+ )?(?:pressure|strain|stress) on|sets? (?:it|you|them|your \w+) off|work against|don't mix"
    r"|do not mix|doesn't mix|you (?:can't|can no longer|mustn't|have to avoid|must avoid|no longer|couldn't|miss|missed|turned down"
    r"|refused|said no to|avoid|skip|skipped|dread|fear)\b"
    r"|(?:best|better) (?:left|avoided|kept|not)|(?:must|would|can|may|might|could) (?:look|seem) (?:like|so|as)"
    r"|you (?:had to|have to|had) (?:give|given) up|taken (?:from|away)"
    r"|(?:rises|creeps|calls|knocks|whispers|tempts|nags|beckons)\b)"
)
LEAVES = re.compile(r"\b(?:leav(?:e|es|ing)|left|put(?:ting|s)?|keep(?:ing)?|set(?:ting)?|giv(?:e|ing)) [^.;,]{0,25}$")
LEFT = re.compile(
    r"^(?: (?!or|and|in|on)[\w']+){0,2} (?:alone|out|aside|away|down|behind|off|to others|for others|be(?= ?[.,;!?]|$)"
    r"|on the shelf|a miss|a wide berth)\b"
)
# It does nothing good, or is not there.
NO_GOOD = re.compile(
    r"^(?:e?s)?(?: [a-z]+){0,2}? (?:won't|can't|cannot|doesn't|don't|didn't|wouldn't|never) (?!hurt|harm|matter|kill|let you"
    r"|judge|disappoint|bite|count|undo|make you a|ruin|spoil|do (?:any|you) harm|know|mind|cost|need|have to|talk|fail|be (?:bad|wrong|that|so|too|a problem|beaten"
    r"|forbidden)|do much|do a lot|go wrong|always|taste|feel as)"
)
DO = (
    "try|use|add|make|bake|cook|have|eat|drink|sip|enjoy|grab|pour|treat|share|offer|give|order|buy|get|pick"
    "|consider|go|take|mix|stir|put|serve|light"
    "|start|join|do|plan|bring|blend|spread|rub|book|snack|reach|meet|unwind|relax|count|weigh|track|adopt"
    "|cuddle|dab|switch|swap|whip|prepare|let|feed"
    "|mash|sprinkle|drizzle|top|visit|head|raise|toast|celebrate|lose|log|smoke|play|place|keep|stick|skip|pop"
    "|pull|stretch|burn|swim|pair|fill|fix|crack|cool|blow|hang|ask|decorate|wear|spray|apply|massage|inhale"
    "|roast|fry|boil|chop|dip|invite|hold|pack|spend|stay|sign|host|sleep|allow|indulge|soak|sit|lie|run|jog|walk|dance"
    "|breathe|set|hit|throw|knock|down|finish|end|begin|warm|heat|simmer|toss|melt|savour|savor|nibble|munch|pamper"
    "|reward|gift|curl|settle|watch|listen|turn|crank|cut|limit|leave|reduce|restrict|replace|drop|aim|push|steady|clear|lace|practise|practice|squeeze|smear|dress|lounge|fly|drive|paint|knit|type|dig|move"
    "|carry|shop|splash|tuck|wrap|rest|stop|forget|ignore|trust|learn|teach|build|create|craft|bathe|dive|plunge|sunbathe|lift|jump"
    "|climb|ride|race|sweat|train|exercise|work|hire|rent|borrow|foster|rescue|volunteer|organise|organize|throw|arrange"
    "|pick|plant|hop|slip|step|sink|wash|freshen|call|ring|tell|win|bet|place|gamble|scratch|roll|vape|puff|swallow|chew"
    "|check|find|look|see|note|write|measure|fast|cleanse|detox|wake|rise|spice|season|garnish|grill|barbecue|steam|brew"
    "|dunk|crunch|order|opt|choose|select|sample|taste|test|explore|return|revisit|embrace|welcome|surprise|distract"
)
GOOD = (
    "great|good|nice|perfect|lovely|wonderful|fine|delicious|tasty|safe|gentle|easy|wonders|well|better"
    "|helpful|ideal|soothing|comforting|best|calm\\w*"
    "|relax\\w*|trick|amazing|excellent|alternative|idea|options?|substitutes?|sleep|unwind|thing|natural|healthy"
    "|classic|harmless|fun|pleasure|treat|comfort|happiness|joy|summer|medicine|cure|tonic|antidepressant|remedy|human|normal|legal|okay|ok|crime|friend|reward|allowed|cosy|cozy|hug"
)
# How something is suggested: told, asked, called good, or said to help.
SUGGESTED = re.compile(
    rf"(?:^|[,;:] |\b(?:and|or|then|so|just|maybe|perhaps|please|also|not|first|simply|instead|even|to|could"
    rf"|might|can"
    rf"|should|may|you'd|let's|i'd|would|will|always|try"
    rf"|if you|together|tonight|today|you|now|next|like|yourself|sometimes|still|it) )(?:{DO})\b"
    r"|\b(?:how|what) about\b|\bhave you (?:ever )?(?:tried|thought|considered)\b"
    r"|\byou (?:could|can|might|may|should)(?: also| always| simply| just| even| still)? (?!not\b|never\b|feel\b|be\b"
    r"|tell\b|hear\b|sense\b|imagine\b|miss\b|want\b|need\b|no\b|almost\b|hardly\b|only\b)\w+"
    r"|\b(?:maybe|perhaps|consider|recommend|suggest\w*|try(?:ing)?|such as|ideas?|recipes?|options?|choice"
    r"|substitutes?|swaps?|replacements?|treat|e\.g\.|including)\b"
    rf"|\b(?:is|are|makes?|be|works?|tastes?|helps?|do|does|would be|can be|sounds)\b[^.]{{0,40}}\b(?:{GOOD})\b"
    r"|\b(?:helps?|soothes?|calms?|eases?|lifts?|relaxe?s?|settles?) (?:you|your|the|with|him|her|them|a|things)\b"
    r"|\b(?:won't|wouldn't|can't|doesn't|never) (?:hurts?|harms?|matter|kill|count|ruin|spoil|know|mind|make you a)\b|\bgood for\b|\byou deserve (?:a|an|some)\b|\bnothing like\b"
    r"|\bfeel free\b|\bworth\b|\bhelps?\b"
    r"|^(?:a|an|some|one|two|warm|hot|fresh) [^.]{0,40}\b(?:can|could|may|might|will|would|does)\b|\bworks?\b"
    r"|\bthere's (?:always|an?|some|nothing)\b|\bhardly counts\b|\bis no (?:crime|sin|shame)\b|\bperfect\b|\bdoes wonders\b|\bnever fails?\b|\bnever hurt\b|\bremedy\b"
    r"|\b(?:soothed|calmed|helped|comforted|saved|worked) (?:me|people|many|others|generations|everyone|so many)\b"
    r"|\b(?:full of|rich in|packed with|plenty of|a source of|good dose of|boosts?|takes? the edge|gets? you"
    r"|keeps? you|builds?|beats|makes?|adds?|warms?|fills?|takes? (?:you|your|the)|does the"
    r"|cheers?|clears?|brings?|gives?) "
    r"|\b(?:you(?:'ve| have)? earned|you need is|all you need|what you need|nothing beats|one won't)\b"
    r"|\b(?:picture|imagine|think of) (?:a|an|some|the|yourself)\b|\b(?:i'd|let me) \w+|\bwhy not\b|\bwhat if\b"
    r"|\btime for\b|\bhow does\b|\bany(?:one)? for\b|\bjust (?:one|a|an|some|the)\b|\bis (?:allowed|okay|ok)\b"
    r"|\b(?:no harm in|nothing wrong with|can't go wrong|not a bad idea|there's something about|doctor ordered)\b"
    r"|\b(?:here's an? (?:idea|thought|tip|trick)|my (?:tip|advice|suggestion)|the answer|some (?:people )?swear by"
    r"|swears? by|fancy|go ahead|go on|would love|goes? (?:well|a long way|down)|hits the spot|on the menu)\b"
    r"|\b(?:ever tried|up for|who says no|what would you say to|shall we|swore by|gets a bad press|underrated|part of life"
    r"|(?:known|said|meant|proven|shown|thought) to|you're allowed|give yourself permission|your body (?:needs|wants)|all it takes"
    r"|moderation|once in a while|now and then|now and again|from time to time|here and there|just this once|this once"
    r"|for the soul|needs? (?:some|a|more)|calls? for|reduces?|improves?|strengthens?|stimulates?|relieves?|distracts?"
    r"|releases?|floods?|supports?|promotes?|restores?|wakes?|perks?|sharpens?|energi[sz]es?|loosens?|numbs?|opens?"
    r"|anyone\?|does it|that's what|(?:could|might|can) be (?:filled|spent|yours|a|an|just|fun|time)|do it|what works|one idea|another idea|say yes to|allow yourself|don't be afraid|no harm|go to)\b"
    # A question without a verb, or a plan.
    r"|^(?!.*\b(?:is|are|was|were|did|does|do|has|have|had|who|what|why|when|you|he|she|they)\b)[^?]{1,90}\?$"
    r"|\b(?:plan|evening|tonight|idea|tip|recipe|trick|prescription|thought|suggestion|program(?:me)?|menu|list|cure|answer"
    r"|remedy|medicine|try|this|simple)\b[^.:]{0,30}: "
    # A list of things without a verb is a recipe.
    r"|^(?!.*\b(?:you|your|they|he|she|it|hard|must|miss|was|were|is|are)\b)"
    r"(?=.*(?:,|\b(?:mug|cup|bowl|glass|slice|plate|bit|drop|splash|spoonful|handful|piece|pinch|hint) of\b))"
)

# A thing that stands first in its sentence, and is said to do something.
_FIRST = re.compile(
    r"(?:^|[;:,] )(?:(?:maybe|perhaps|sometimes|then|and|but|so|or|well|yes|honestly|of course),? )?"
    r"(?!(?:you|i|he|she|they|it|we|when|if|that|who|what|how|no|not|while|because|since|even|your|being|watching|losing"
    r"|missing|hearing|seeing|after|before)\b)(?:(?!(?:you|he|she|they|is|are|was|were|that|when|who|must)\b)[\w']+ ){0,6}$"
)
_DOES = re.compile(
    r"^(?:e?s)?(?:,? (?!(?:you|he|she|they|that|which|who|must|is|are|was|were)\b)[\w']+){0,6}? (?:(?:would|will|could|can|should"
    r"|might|may)(?! (?:\w+ )?(?:feel|look|seem|sound|wait|still|be (?:there|hard|so|too|tough|difficult|lonely|painful|a lot"
    r"|tempting|scary|frightening|the last)|come back|return|hurt|sting|have to|never|not|only)\b)|lifts?|calms?|soothes?"
    r"|brightens?|changes? everything|relaxes|eases?|warms?|works?|cheers?|heals?|cures?|settles?|clears?|lightens?|boosts?"
    r"|melts?|has (?:a|its|always|long|been known)|puts you|gets you|takes you|does|never|hardly counts|says|beats|sounds"
    r"|tastes?|goes well|fixes|sorts?|always|won't|in hand|on the)\b"
)
# A verb that no list has, told to somebody.
_TOLD = re.compile(
    r"^(?:(?:please|now|then|so|just|or|and|why not|go on),? )?"
    r"(?!(?:what|how|it|that|this|these|those|your|my|his|her|their|our|the|when|if|while|since|because|but|even|being|with"
    r"|without|for|from|in|on|at|by|as|of|to|no|not|after|before|some|all|every|each|such|both|like|there|here|who|where"
    r"|why|is|are|was|were|does|did|could|would|should|will|may|might|has|had|i|you|he|she|we|they|half|quite|once|one"
    r"|maybe|perhaps|over|under|between|about|rather|feet|anyone|someone|everyone|nobody|people|behind|through|until)\b)"
    r"(?!\w+(?:s|ing|ed|ly)\b)[a-z]{2,} (?:your|yourself|the|a|an|it|them|up|out|down|some|one|off|away|into|back|more)\b"
)


# It says that the writer's state is thought of, or only says back what was said.
_MINDFUL = re.compile(
    r"\b(?:with|given|because of|due to|for|to|on top of|since) (?:your|his|her) (?:\w+ )?(?:asthma|allerg\w+|condition|pregnancy"
    r"|diabetes|epilepsy|heart|kidneys?|liver|lungs|medic\w+|tablets?|meds|recovery|sobriety|migraines?|lithium|warfarin|illness"
    r"|intoleran\w+|coeliac|celiac|eyes|ears|bump|statins?|diagnosis|injur\w+|disorder|gut|stomach|reflux|seizures?)\b"
    r"|^(?:(?:it|that|this|there) (?:sounds|must|seems|makes sense|hurts|is (?:hard|unfair|exhausting|lonely|so|no wonder))|no wonder"
    r"|of course|i(?:'m| am)? (?:hear|can hear|see|can see|understand|imagine|can imagine|sorry)|how (?:hard|lonely|unfair|tiring"
    r"|awful|painful|frightening|exhausting|sad)|(?:being|having|living|watching|seeing|losing|missing|hearing) )"
)
_ALL_THE_SAME = re.compile(
    r"\b(?:even (?:with|for|on|if)|why not|how about|try|maybe|perhaps|treat|could|but|so (?!hard|much|many|lonely|unfair)|would|might"
    r"|can|fine|safe|okay|ok|enjoy|good for|helps?|works?|wonders|perfect|let's)\b"
)


def is_suggested(plain: str, before: str, after: str) -> bool:
    """Whether a sentence tells, asks or praises, so that a thing in it is suggested.

    Args:
        plain: the sentence.
        before: what stands before the thing.
        after: what stands behind it.
    """
    if _MINDFUL.search(plain) and not _ALL_THE_SAME.search(plain):
        return False
    if SUGGESTED.search(plain) or _TOLD.match(plain):
        return True
    return bool(_DOES.match(after) and _FIRST.search(before))


# Somebody who knows is asked first.
REFERS = re.compile(
    r"\b(?:ask|asking|check|checking|talk|speak|before|unless|until|confirm|with)\b[^.;]*\b(?:doctor|gp|pharmacist"
    r"|midwife|dietitian|dietician|physician|nurse|specialist|consultant|cardiologist|psychiatrist|surgeon)\b"
    r"(?![^.;]*(?:, (?=\w)(?!or|and your|your|the|if|whether|about)|\b(?:but|meanwhile|until then|first then|then)\b))"
)


# What comes before the clause that counts: "if you can't sleep, a ...", "instead of brooding, a ...".
_ASIDE = re.compile(r"\b(?:if|when|whenever|since|because|as|though|although|while|after|unlike|now that)\b[^,]*$")
_ASIDE_ITSELF = re.compile(r"^(?:instead of|rather than|in place of|without)\b[^,]*,")
_ANEW = re.compile(r", (?:a|an|some|the|my|one|just|any|your|that|this|there's)\b")
_DONE_ANEW = re.compile(rf"(?:,| and| then)(?: and| or| just)? (?:{DO})\b")


def kept_away(before: str) -> re.Match[str] | None:
    """The last that keeps away what follows a text, or None."""
    found = None
    match = KEPT_AWAY.search(before)
    while match:
        found, match = match, KEPT_AWAY.search(before, match.start() + 1)
    return found


def is_over(kept: re.Match[str]) -> bool:
    """Whether what keeps something away, a match of `KEPT_AWAY`, says nothing any more of what stands behind it."""
    between = kept[1]
    if GOES_ON.search(between) or _DONE_ANEW.search(between):
        return True
    if _ANEW.search(between):
        return bool(_ASIDE_ITSELF.match(kept[0]) or _ASIDE.search(kept.string, 0, kept.start(1)))
    return kept[0].endswith(", ") and bool(_ASIDE.search(kept.string, 0, kept.start(1)))
