"""How a reply names what it does not suggest: to warn of it, to leave it out, or to say back what was said."""

import re

from app.safety.suggestions import DO

# What denies something else than the thing behind it; it says nothing against that thing, so it is read as nothing.
_NO_HARM = re.compile(
    r"\b(?:no (?:\w+ )?(?:harm|shame|rule against|reason not|time like|such thing as|need to (?:worry|skip|deny|avoid"
    r"|hide))"
    r"|(?:nothing|what's|what could be|what is) (?:\w+ )?(?:wrong|like|beats|better|bad|cosier|nicer|lovelier)(?:"
    r" than)?|can't (?:\w+ )?(?:go wrong|beat|hurt)"
    r"|(?:doesn't|won't|wouldn't|never|don't) (?:hurts?|harms?|do any harm)"
    r"|(?:don't|not|never|no need to) (?:deny yourself|be (?:afraid|shy|scared|so strict|too strict|embarrassed)(?:"
    r" (?:of|to))?"
    r"|hesitate|forget|worry|think twice|overthink|feel guilty|hold back|let \w+(?: \w+){0,2} stop you|miss out on)"
    r"|no (?:bake|knead|fuss|cook|brainer|doubt|wonder|matter|guilt|judg\w+|phone|pressure|rush|strings)"
    r"|(?:no|in no) (?:law|rule|reason|time) ?(?:against|to avoid|not to|to say no to|says|for guilt)?|never mind"
    r"|(?:what's|only thing|thing) missing (?:is|might be)|nothing (?:stops|keeps|to be afraid|to fear|to stop)"
    r"|(?:forget|ignore|screw|hang|skip|throw out|never mind|don't read) (?:the|those|all|your|what) (?:\w+"
    r" )?(?:rules?|labels?|warnings?"
    r"|doctors?|leaflets?|diets?|advice|allerg\w+|orders?|fuss|worries|worry|pills|limits?|restrictions?|lists?|says?"
    r"|said|intoleran\w+)"
    r"|(?:don't|why) (?:avoid|resist|refuse|fear|say no to|be so careful|miss)|(?:low|little|no) (?:\w+ )?risk"
    r"|(?:give|giving) in to (?:\w+ )?(?:temptations?|cravings?|urges?)(?: (?:of|for))?"
    r"|(?:satisfy|indulge|follow|feed|honou?r|listen to|still|treat) (?:that|the|your|a|those) (?:crav\w+|urges?"
    r"|temptations?|longing)"
    r"(?: for)?|(?:(?<=, )|(?<=; )|^)(?:isn't|wouldn't|doesn't|don't|couldn't|can't|won't|aren't|shouldn't)"
    r" (?:it|you|that|there|an?|some|they|the)"
    r"|no one(?:'s| is| has to| needs to| will| would)|without (?:guilt|shame|judg\w+|anyone|overthinking|pressure"
    r"|thinking|worrying|feeling guilty|screens|your phone)"
    r"|not (?:just|only|a bad|such a bad|too|to mention|the end of|as bad)|if not|never too|even if (?:it's|it is|only"
    r"|just)"
    r"|whether (?:it's|it is|that's)|check(?:ing)? (?:out|in)|stop(?:ping)? (?:by|at|in|off|for)|quite)\b"
)
# What names the thing to keep away from it suggests it to nobody.
_KEPT_AWAY = re.compile(
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
    r"|(?:(?:tell|telling|show|showing) (?:him|her|them|people|someone|everyone|your \w+|the \w+)|explain\w*"
    r"|mention\w*)"
    r" (?:what|that|how|why|whether|which)"
    r"|(?:someone|somebody|people|they|he|she|others|everyone|friends|colleagues|your \w+|who) (?:still )?(?:hands?"
    r"|handed|offer(?:s|ed)?|pour(?:s|ed)?|brings?|brought|push(?:es|ed)?|served?|puts|kept|keeps|smoked?|drank"
    r"|ate|cook(?:s|ed)|baked|made|laugh(?:s|ed)?|ordered|raised|enjoyed)(?: you| \w+)?"
    r"|(?:when|while|if|as|watching) (?:someone|somebody|people|they|he|she|others|everyone|friends|your \w+)(?: all)?"
    r" \w+"
    r"|(?:what|how|when|why|where) (?:did|was|were|do you miss)|did(?! you know)"
    r"|afraid of|than|labels? for|check\w* (?:\w+ ){1,3}for|nothing to do with|past|pass(?:ing|es)"
    r"|before (?:the|any|that)(?: first| next)?|used to(?: \w+){0,4}|(?:everyone|everybody|someone|somebody) else(?:"
    r" \w+){0,4}"
    r"|(?:scold|blame|judge|shame)s? you for|(?:argu\w+|fight\w*|fuss\w*|jok\w+|remarks?|comments?|quarrel\w*|rows?)"
    r" (?:about|over)"
    r"|(?:wants?|wanted|expects?|tells?|told|asks?|asked|push(?:es|ed|ing)?|begs?|dares?|pressur\w+|forc\w+) you to"
    r"|love of"
    r"|be(?:ing)? around|worr\w+ about|invited (?:over|out)? ?(?:for|over|to)"
    r"|scared of|react\w* to|dangers?(?: of)?|dangerous|harm(?:s|ed|ful|ing)?|risk(?:s|y|ing)? ?(?:of)?|ban(?:s|ned"
    r"|ning)?"
    r"|neither|nor|unsafe|stay(?:ing)? off|resist\w*|haven't"
    r"|hasn't|hadn't|didn't|even if|whether|check(?:ing|s)?|labels?|unlike)\b"
    r"((?:,? [\w']+){0,6}?),? $"
)
_GOES_ON = re.compile(
    r"\b(?:so|but|then|try|how|maybe|perhaps|consider|you|use|have|for|with|why|enjoy|could|let|make|go|drink|eat|add"
    r"|get|take|why|wonders|instead|hesitate|forget|wrong|just|simply|here's|plus)\b"
)
_STARTS_ANEW = re.compile(
    r"^(?:e?s)?(?: [a-z]+)? (?:is|are|makes?|can|could|works?|would|might|may|tends?|tastes?|has|will"
    r"|does)\b(?! (?:not|off|out)\b)"
)
_FREE = re.compile(
    r"^ (?:free\b|allerg|intoleran|alternatives?\b|substitutes?\b|replacements?\b|of (?:water|tea|juice|soap"
    r"|chocolate"
    r"|something (?:warm|cold|hot|soothing)|hot)\b"
    r"|(?:is|are) (?:off|not(?! going| a problem| so bad| that bad)|out|dangerous|unsafe|a no)\b"
    r"|(?:isn't|aren't)(?! going to| a problem| that bad| so bad| forbidden| off| out)|can be (?:dangerous|risky)"
    r"|(?:without|with no|minus) (?!guilt|shame|worr|judg|anyone|a care)|(?:that )?you can (?:eat|have)|that (?:is"
    r"|are) safe|from (?:behind|inside|indoors|a distance)"
    r"|(?:made |with |using )[^.]{0,25}(?:in place of|instead of)|made (?:with|from|of) (?:rice|oat|almond|soy"
    r"|corn|coconut)"
    r"|could (?:hurt|harm)|(?:can|may|might|could) (?:interact|trigger|react)|interacts"
    r"|(?:out|off|gone|banned|forbidden|ruled out)(?= ?[,;.!?]|$))"
)
# A thing's word in a saying.
_FIGURE = re.compile(
    r"(?:(?:go |a |are |is )?(?:run|running|runs) (?:through|low|late|out|away|on|in circles|from|over|into|errands"
    r"|the house|high|deep|its course|a (?:bath|fever|temperature))|(?:walks?|walking) (?:me|you|us|them|him|her)"
    r" through"
    r"|(?:walks?|walking) (?:away|alongside|beside|with (?:you|him|her)|on eggshells|into|this)"
    r"|(?:weigh|weighs|weighed|weighing) (?:on|heav\w+|down|you down|the pros|up)|jump(?:s|ing)? to conc|sweets? of you"
    r"|shed (?:tears|a tear|light|some)|pounds? of|swallow (?:your|my))\b"
)
_MUCH = r"(?:so|too|very|really|quite|only|just|rather|a bit|a|such a|pretty|both|especially) "
# What is said behind a thing to warn of it.
_WARNED = re.compile(
    r"^(?:[^.;:,]|, (?:which|as you|with|and)\b){0,70}?\b(?<!not )(?<!n't )(?<!never )(?:"
    rf"(?:is|are|was|were|be|being|as|feels?|sounds?|get|gets) (?:{_MUCH})?(?:risky|poison|dangerous|unsafe|harmful"
    r"|off limits|off the menu|off the table|out of the question|ruled out|forbidden|banned|no good|bad for|hard on"
    r"|behind you"
    r"|gone|a danger|a risk|a trigger|not for|not an? (?!problem|big deal|sin|crime|disaster|bad)|not safe|not what"
    r"|not something|not worth|not the(?! end)|not advised|not recommended"
    r"|out for|out because|out now|out with|out\b(?= ?[.,;!?]|$))"
    r"|(?:isn't|aren't|wasn't|weren't|wouldn't|won't) (?:be )?(?:for|an? (?:good|safe|wise|option|great)|safe|worth"
    r"|good|right|advis\w+|recommended|possible|allowed|what|something|kind|easy on|on the)\b"
    r"|(?:make|makes|making|made) (?:\w+ ){1,3}?(?:ill|sick|worse|weaker|flare|harder)"
    r"|(?:could|can|might|may|would|will) (?:only |even |well |really |seriously )?(?:set off|hurt you|harm"
    r"|trigger|backfire|flare|interact|clash|undo|endanger|worsen|damage|thin your|raise your|kill|wait)\b"
    r"|puts? (?:\w+ )?(?:pressure|strain|stress) on|sets? (?:it|you|them|your \w+) off|work against|don't mix"
    r"|do not mix|doesn't mix|you (?:can't|can no longer|mustn't|have to avoid|must avoid|no longer|couldn't|miss"
    r"|missed|turned down"
    r"|refused|said no to|avoid|skip|skipped|dread|fear)\b"
    r"|(?:was|were) (?:your|the|how|where|what|a way)\b|meant\b|gave you|used to be|kept you|put you in|isn't (?:the"
    r"|your)"
    r"|(?:best|better) (?:left|avoided|kept|not)|(?:must|would|can|may|might|could) (?:look|seem) (?:like|so|as)"
    r"|you (?:had to|have to|had) (?:give|given) up|taken (?:from|away)"
    r"|(?:rises|creeps|calls|knocks|whispers|tempts|nags|beckons)\b)"
)
_LEAVES = re.compile(r"\b(?:leav(?:e|es|ing)|left|put(?:ting|s)?|keep(?:ing)?|set(?:ting)?|giv(?:e|ing)) [^.;,]{0,25}$")
_LEFT = re.compile(
    r"^(?: (?!or|and|in|on)[\w']+){0,2} (?:alone|out|aside|away|down|behind|off|to others|for others|be(?= ?[.,;!?]|$)"
    r"|on the shelf|a miss|a wide berth|on (?:his|her|their) side|outside|elsewhere|out of)\b"
)
# It does nothing good, or is not there.
_NO_GOOD = re.compile(
    r"^(?:e?s)?(?: [a-z]+){0,2}? (?:won't|can't|cannot|doesn't|don't|didn't|wouldn't|never) (?!hurt|harm|matter|kill"
    r"|let you"
    r"|judge|disappoint|bite|count|undo|make you a|ruin|spoil|do (?:any|you) harm|know|mind|cost|need|have to|talk"
    r"|fail|be (?:bad|wrong|that|so|too|a problem|beaten"
    r"|forbidden)|do much|do a lot|go wrong|always|taste|feel as)"
)
# Somebody who knows is asked first.
_KNOWS = re.compile(
    r"\b(?:doctor|gp|pharmacist|midwife|dietitian|dietician|nurse|specialist|consultant|clinic|cardiologist"
    r"|psychiatrist)"
    r" (?:can|could|will|might|may|would|knows?) (?:also )?(?:tell|say|help|advise|know|answer|how|what|which"
    r"|whether)\b"
)
_LOCKED = re.compile(
    r"\b(?:keep|leave|lock|store|hide|move|put)(?:s|ing)? (?:away )?(?:the|his|her|their|any|all|that|those)(?: \w+)? $"
)
_REFERS = re.compile(
    r"\b(?:ask|asking|check|checking|talk|speak|before|unless|until|confirm|with)\b[^.;]*\b(?:doctor|gp|pharmacist"
    r"|midwife|dietitian|dietician|physician|nurse|specialist|consultant|cardiologist|psychiatrist|surgeon)\b"
    r"(?![^.;]*(?:, (?=\w)(?!or|and your|your|the|if|whether|about)|\b(?:but|meanwhile|until then|first then|then)\b))"
)


# What comes before the clause that counts: "if you can't sleep, a ...", "instead of brooding, a ...".
_ASIDE = re.compile(r"\b(?:if|when|whenever|since|because|as|though|although|while|after|unlike|now that)\b[^,]*$")
_ASIDE_ITSELF = re.compile(r"^(?:instead of|rather than|in place of|without)\b[^,]*,")
_ANEW = re.compile(r", (?:a|an|some|the|my|one|just|any|your|that|this|there's)\b")
_DONE_ANEW = re.compile(rf"(?:,| and| then)(?: and| or| just)? (?:{DO})\b")


def is_kept_away(plain: str, start: int, before: str, after: str) -> bool:
    """Whether a sentence names a thing to keep it away, or somebody who knows is asked first.

    Args:
        plain: the sentence.
        start: where the thing stands in it.
        before: what stands before the thing.
        after: what stands behind it.
    """
    if _FREE.match(after) or _NO_GOOD.match(after) or _WARNED.search(after) or _FIGURE.match(plain, start):
        return True
    if _KNOWS.search(before) or _LOCKED.search(before):
        return True
    if _REFERS.search(before) or (_LEFT.match(after) and _LEAVES.search(before)):
        return True
    kept = _last_kept(_NO_HARM.sub("_", before))
    if kept is None or _is_over(kept):
        return False
    return "," not in kept[1] or not _STARTS_ANEW.match(after)


def _last_kept(before: str) -> re.Match[str] | None:
    """The last that keeps away what follows a text, or None."""
    found = None
    match = _KEPT_AWAY.search(before)
    while match:
        found, match = match, _KEPT_AWAY.search(before, match.start() + 1)
    return found


def _is_over(kept: re.Match[str]) -> bool:
    """Whether what keeps something away, a match of `_KEPT_AWAY`, says nothing any more of what stands behind it."""
    between = kept[1]
    if _GOES_ON.search(between) or _DONE_ANEW.search(between):
        return True
    if _ANEW.search(between):
        return bool(_ASIDE_ITSELF.match(kept[0]) or _ASIDE.search(kept.string, 0, kept.start(1)))
    return kept[0].endswith(", ") and bool(_ASIDE.search(kept.string, 0, kept.start(1)))
