"""How a sentence of a reply suggests something."""

import re

DO = (
    "try|use|add|make|bake|cook|have|eat|drink|sip|enjoy|grab|pour|treat|share|offer|give|order|buy|get|pick"
    "|consider|go|take|mix|stir|put|serve|light"
    "|start|join|do|plan|bring|blend|spread|rub|book|snack|reach|meet|unwind|relax|count|weigh|track|adopt"
    "|cuddle|dab|switch|swap|whip|prepare|let|feed"
    "|mash|sprinkle|drizzle|top|visit|head|raise|toast|celebrate|lose|log|smoke|play|place|keep|stick|skip|pop"
    "|pull|stretch|burn|swim|pair|fill|fix|crack|cool|blow|hang|decorate|wear|spray|apply|massage|inhale"
    "|roast|fry|boil|chop|dip|invite|hold|pack|spend|stay|sign|host|sleep|allow|indulge|soak|sit|lie|run|jog|walk|dance"
    "|breathe|set|hit|throw|knock|down|finish|end|begin|warm|heat|simmer|toss|melt|savour|savor|nibble|munch|pamper"
    "|reward|gift|curl|watch|turn|crank|cut|reduce|restrict|replace|drop|aim|push|steady"
    "|clear|lace|practise|practice|squeeze|smear|dress|lounge|fly|drive|paint|knit|type|dig|move"
    "|carry|shop|splash|tuck|wrap|build|create|craft|bathe|dive|plunge"
    "|sunbathe|lift|jump"
    "|climb|ride|race|sweat|train|exercise|hire|rent|borrow|foster|rescue|volunteer|organise|organize|throw"
    "|arrange"
    "|pick|plant|hop|slip|step|sink|wash|freshen|win|bet|place|gamble|scratch|roll|vape|puff|swallow"
    "|chew"
    "|measure|fast|cleanse|detox|wake|rise|spice|season|garnish|grill|barbecue|steam"
    "|brew"
    "|dunk|crunch|order|opt|choose|select|sample|taste|test|explore|return|revisit|embrace|welcome|surprise|distract"
)
_GOOD = (
    "great|good|nice|perfect|lovely|wonderful|fine|delicious|tasty|safe|gentle|easy|wonders|well|better"
    "|helpful|ideal|soothing|comforting|best|calm\\w*"
    "|relax\\w*|trick|amazing|excellent|alternative|idea|options?|substitutes?|sleep|unwind|thing|natural|healthy"
    "|classic|harmless|fun|pleasure|treat|comfort|happiness|joy|summer|medicine|cure|tonic|antidepressant|remedy|human"
    "|normal|legal|okay|ok|crime|friend|reward|allowed|cosy|cozy|hug"
)
# How something is suggested: told, asked, called good, or said to help.
_SUGGESTED = re.compile(
    rf"(?:^|[,;:] |\b(?:and|or|then|so|just|maybe|perhaps|please|also|not|first|simply|instead|even|to|could"
    rf"|might|can"
    rf"|should|may|you'd|let's|i'd|would|will|always|try"
    rf"|if you|together|tonight|today|you|now|next|like|yourself|sometimes|still|it) )(?:{DO})\b"
    r"|\b(?:how|what) about\b|\bhave you (?:ever )?(?:tried|thought|considered)\b"
    r"|\byou (?:could|can|might|may|should)(?: also| always| simply| just| even| still)? (?!not\b|never\b|feel\b|be\b"
    r"|tell\b|ask\b|say\b|talk\b|call\b|ring\b|write\b|let\b|remind\b|explain\b|keep\b|find\b|show\b|hear\b|sense\b"
    r"|imagine\b|miss\b|want\b|need\b|no\b|almost\b|hardly\b|only\b)\w+"
    r"|\b(?:maybe|perhaps|consider|recommend|suggest\w*|try(?:ing)?|such as|ideas?|recipes?|options?|choice"
    r"|substitutes?|swaps?|replacements?|treat|e\.g\.|including)\b"
    rf"|\b(?:is|are|makes?|be|works?|tastes?|helps?|do|does|would be|can be|sounds)\b[^.]{{0,40}}\b(?:{_GOOD})\b"
    r"|\b(?:helps?|soothes?|calms?|eases?|lifts?|relaxe?s?|settles?) (?:you|your|the|with|him|her|them|a|things)\b"
    r"|\b(?:won't|wouldn't|can't|doesn't|never) (?:hurts?|harms?|matter|kill|count|ruin|spoil|know|mind|make you a)\b"
    r"|\bgood for\b|\byou deserve (?:a|an|some)\b|\bnothing like\b"
    r"|\bfeel free\b|\bworth\b|\bhelps?\b"
    r"|^(?:a|an|some|one|two|warm|hot|fresh) [^.]{0,40}\b(?:can|could|may|might|will|would|does)\b|\bworks?\b"
    r"|\bthere's (?:always|an?|some|nothing)\b|\bhardly counts\b|\bis no (?:crime|sin|shame)\b|\bperfect\b|\bdoes"
    r" wonders\b|\bnever fails?\b|\bnever hurt\b|\bremedy\b"
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
    r"|\b(?:ever tried|up for|who says no|what would you say to|shall we|swore by|gets a bad press|underrated|part of"
    r" life"
    r"|(?:known|said|meant|proven|shown|thought) to|you're allowed|give yourself permission|your body (?:needs|wants)"
    r"|all it takes"
    r"|moderation|once in a while|now and then|now and again|from time to time|here and there|just this once|this once"
    r"|for the soul|needs? (?:some|a|more)|calls? for|reduces?|improves?|strengthens?|stimulates?|relieves?|distracts?"
    r"|releases?|floods?|supports?|promotes?|restores?|wakes?|perks?|sharpens?|energi[sz]es?|loosens?|numbs?|opens?"
    r"|anyone\?|does it|that's what|(?:could|might|can) be (?:filled|spent|yours|a|an|just|fun|time)|do it|what works"
    r"|one idea|another idea|say yes to|allow yourself|don't be afraid|no harm|go to)\b"
    r"|^(?:instead of|rather than|in place of) [^,]*, (?:a|an|some|the)\b"
    # A question without a verb, or a plan.
    r"|^(?!.*\b(?:is|are|was|were|did|does|do|has|have|had|who|what|why|when|you|he|she|they)\b)[^?]{1,90}\?$"
    r"|\b(?:plan|evening|tonight|idea|tip|recipe|trick|prescription|thought|suggestion|program(?:me)?|menu|list|cure"
    r"|answer"
    r"|remedy|medicine|try|this|simple)\b[^.:]{0,30}: "
    # A list of things without a verb is a recipe.
    r"|^(?!.*\b(?:you|your|they|he|she|it|hard|must|miss|was|were|is|are)\b)"
    r"(?=.*(?:,| and (?:a|an|some)\b|\b(?:mug|cup|bowl|glass|slice|plate|bit|drop|splash|spoonful|handful|piece|pinch"
    r"|hint) of\b))"
)

# A thing that stands first in its sentence, and is said to do something.
_FIRST = re.compile(
    r"(?:^|[;:,] )(?:(?:maybe|perhaps|sometimes|then|and|but|so|or|well|yes|honestly|of course),? )?"
    r"(?!(?:you|i|he|she|they|it|we|when|if|that|who|what|how|no|not|while|because|since|even|your|being|watching"
    r"|losing"
    r"|missing|hearing|seeing|after|before)\b)(?:(?!(?:you|he|she|they|is|are|was|were|that|when|who|must)\b)[\w']+"
    r" ){0,6}$"
)
_DOES = re.compile(
    r"^(?:e?s)?(?:,? (?!(?:you|he|she|they|that|which|who|must|is|are|was|were)\b)[\w']+){0,6}? (?:(?:would|will|could"
    r"|can|should"
    r"|might|may)(?! (?:\w+ )?(?:feel|look|seem|sound|wait|still|be (?:there|hard|so|too|tough|difficult|lonely"
    r"|painful|a lot"
    r"|tempting|scary|frightening|the last)|come back|return|hurt|sting|have to|never|not|only)\b)|lifts?|calms?"
    r"|soothes?"
    r"|brightens?|changes? everything|relaxes|eases?|warms?|works?|cheers?|heals?|cures?|settles?|clears?|lightens?"
    r"|boosts?"
    r"|melts?|has (?:a|its|always|long|been known)|puts you|gets you|takes you|does|never|hardly counts|says|beats"
    r"|sounds"
    r"|tastes?|goes well|fixes|sorts?|always|won't|in hand|on the)\b"
)
# A verb that no list has, told to somebody.
_TOLD = re.compile(
    r"^(?:(?:please|now|then|so|just|or|and|why not|go on),? )?"
    r"(?!(?:what|how|it|that|this|these|those|your|my|his|her|their|our|the|when|if|while|since|because|but|even|being"
    r"|with"
    r"|without|for|from|in|on|at|by|as|of|to|no|not|after|before|some|all|every|each|such|both|like|there|here|who"
    r"|where"
    r"|why|is|are|was|were|does|did|could|would|should|will|may|might|has|had|i|you|he|she|we|they|half|quite|once|one"
    r"|maybe|perhaps|over|under|between|about|rather|feet|anyone|someone|everyone|nobody|people|behind|through"
    r"|until)\b)"
    r"(?!\w+(?:s|ing|ed|ly)\b)[a-z]{2,} (?:your|yourself|the|a|an|it|them|up|out|down|some|one|off|away|into|back"
    r"|more)\b"
)


# It says that the writer's state is thought of, or only says back what was said.
_MINDFUL = re.compile(
    r"\b(?:with|given|because of|due to|for|to|on top of|since) (?:your|his|her) (?:\w+ )?(?:asthma|allerg\w+"
    r"|condition|pregnancy"
    r"|diabetes|epilepsy|heart|kidneys?|liver|lungs|medic\w+|tablets?|meds|recovery|sobriety|migraines?|lithium"
    r"|warfarin|illness"
    r"|intoleran\w+|coeliac|celiac|eyes|ears|bump|statins?|diagnosis|injur\w+|disorder|gut|stomach|reflux|seizures?)\b"
    r"|^(?:(?:it|that|this|there) (?:sounds|must|seems|makes sense|hurts|is (?:hard|unfair|exhausting|lonely|so|no"
    r" wonder))|no wonder"
    r"|of course|i(?:'m| am)? (?:hear|can hear|see|can see|understand|imagine|can imagine|sorry)|how (?:hard|lonely"
    r"|unfair|tiring"
    r"|awful|painful|frightening|exhausting|sad)|(?:being|having|living|watching|seeing|losing|missing|hearing) )"
    r"|\b(?:you|he|she|they|(?:your|his|her) \w+) (?!need|feed|deserved|earned|indeed)(?:was|were|had|did|went|came"
    r"|took|gave"
    r"|left|told|said|felt|brought|ate|drank|used to|got|kept|lost|found|\w+ed)\b"
)
_ALL_THE_SAME = re.compile(
    rf"^(?:{DO})\b"
    r"|\b(?:even (?:with|for|on|if)|why not|how about|try|maybe|perhaps|treat|could|but|so (?!hard|much|many|lonely"
    r"|unfair)|would|might"
    r"|can|fine|safe|okay|ok|enjoy|good for|helps?|works?|wonders|perfect|let's|deserve|need|instead|now|tonight)\b"
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
    if _SUGGESTED.search(plain) or _TOLD.match(plain):
        return True
    return bool(_DOES.match(after) and _FIRST.search(before))
