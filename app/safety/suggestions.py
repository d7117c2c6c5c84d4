"""How a sentence suggests something, and how it names what it does not suggest."""

import re

# What names the thing to keep away from it suggests it to nobody.
KEPT_AWAY = re.compile(
    r"\b(?:avoid\w*|without|instead of|rather than|in place of|skip|skipping|free (?:of|from)|no|(?<!why )not|never"
    r"|don't|doesn't|can't|cannot|won't"
    r"|couldn't|shouldn't|isn't|aren't|away from|off limits|cut(?:ting)? out|giv(?:e|ing) up|gave up|given up"
    r"|replac\w+|substitut\w+ for|alternatives? to"
    r"|swap\w*|allerg\w+|intoleran\w+|safe from|expos\w+ to|miss|missing|refus\w+|turn(?:ed|ing)? down"
    r"|say(?:ing)? no to|traces? of|contains?|hidden"
    r"|clear of|keep off|miss out on"
    r"|leav\w+ out|hold the|other than|except|rid of|watch(?:ing)? out for|quit\w*|stopp?(?:ed|ing)?|crav\w+|urges?"
    r"|tempt\w+|afraid of|being around|worr\w+ about"
    r"|scared of|react\w* to|danger\w*|harm\w*|risk\w*|ban\w*|neither|nor|unsafe|stay(?:ing)? off|resist\w*|haven't"
    r"|hasn't|didn't|even if|whether|check\w*|labels?|unlike)\b"
    r"((?:,? [\w']+){0,6}?),? $"
)
GOES_ON = re.compile(
    r"\b(?:so|but|then|try|how|maybe|perhaps|consider|you|use|have|for|with|why|enjoy|could|let|make|go|drink|eat|add"
    r"|get|take|why|wonders|instead|hesitate|forget|wrong)\b"
)
STARTS_ANEW = re.compile(
    r"^(?:e?s)?(?: [a-z]+)? (?:is|are|makes?|can|could|works?|would|might|may|tends?|tastes?|has|will"
    r"|does)\b(?! (?:not|off|out)\b)"
)
FREE = re.compile(
    r"^ (?:free\b|allerg|intoleran|alternatives?\b|substitutes?\b|replacements?\b|of (?:water|tea|juice|soap"
    r"|chocolate"
    r"|something (?:warm|cold|hot|soothing)|hot)\b"
    r"|(?:is|are) (?:off|not|out|dangerous|unsafe|a no)\b|isn't|aren't|can be (?:dangerous|risky)|could (?:hurt|harm)"
    r"|(?:can|may|might|could) (?:interact|trigger|react)|interacts)"
)
# What is said behind it to warn of it.
_MUCH = r"(?:so|too|very|really|quite|only|just|rather|a bit|a|such a|pretty|both|especially) "
WARNED = re.compile(
    r"^(?:[^.;:,]|, (?:which|as you|with|and)\b){0,70}?\b(?<!not )(?<!n't )(?<!never )(?:"
    rf"(?:is|are|was|were|be|being|as|feels?|sounds?|get|gets) (?:{_MUCH})?(?:risky|poison|dangerous|unsafe|harmful"
    r"|off limits|off the table|out of the question|ruled out|forbidden|banned|no good|bad for|hard on|behind you|a danger"
    r"|a risk|a trigger|not for|not an? |not safe|not what|not something|not worth|not the|not advised|not recommended"
    r"|out for|out because|out now|out with|out\b(?= ?[.,;!?]|$))"
    r"|(?:isn't|aren't|wasn't|weren't|wouldn't|won't) (?:be )?(?:for|an? (?:good|safe|wise|option|great)|safe|worth|good"
    r"|right|advis\w+|recommended|possible|allowed|what|something|kind|easy on|on the)\b"
    r"|(?:make|makes|making|made) (?:\w+ ){1,3}?(?:ill|sick|worse|weaker|flare|harder)"
    r"|(?:could|can|might|may|would|will|to) (?:only |even |well |really |seriously )?(?:make you ill|set off|hurt you|harm"
    r"|trigger|backfire|flare|interact|clash|undo|endanger|worsen|damage|thin your|raise your|kill|wait)\b"
    r"|puts? (?:\w+ )?(?:pressure|strain|stress) on|sets? (?:it|you|them|your \w+) off|work against|don't mix|do not mix"
    r"|doesn't mix|you (?:can't|can no longer|mustn't|have to avoid|must avoid|no longer)|used to\b"
    r"|instead of you|you (?:had to|have to|had) (?:give|given) up|(?:took|takes|taken) (?:from|away)"
    r"|(?:rises|creeps|calls|knocks|whispers|tempts|nags|beckons)\b)"
)
LEAVES = re.compile(
    r"\b(?:leav(?:e|es|ing)|left|put(?:ting|s)?|keep(?:ing)?|let(?:ting)?|set(?:ting)?|giv(?:e|ing)) [^.;,]{0,25}$"
)
LEFT = re.compile(
    r"^(?: (?!or|and)[\w']+){0,2} (?:alone|out|aside|away|down|behind|off|to others|be|go|on the shelf|a miss|a wide berth)\b"
)
DO = (
    "try|use|add|make|bake|cook|have|eat|drink|sip|enjoy|grab|pour|treat|share|offer|give|order|buy|get|pick"
    "|consider|go|take|mix|stir|put|serve|light"
    "|start|join|do|plan|bring|blend|spread|rub|book|snack|reach|meet|unwind|relax|count|weigh|track|adopt"
    "|cuddle|dab|switch|swap|whip|prepare|let|feed"
    "|mash|sprinkle|drizzle|top|visit|head|raise|toast|celebrate|lose|log|smoke|play|place|keep|stick|skip|pop"
    "|pull|stretch|burn|swim|pair|fill|fix|crack|cool|blow|hang|ask|decorate|wear|spray|apply|massage|inhale"
    "|roast|fry|boil|chop|dip|invite|hold|pack"
)
GOOD = (
    "great|good|nice|perfect|lovely|wonderful|fine|delicious|tasty|safe|gentle|easy|wonders|well|better"
    "|helpful|ideal|soothing|comforting|best|calm\\w*"
    "|relax\\w*|trick|amazing|excellent|alternative|idea|options?|substitutes?|sleep|unwind"
)
# How something is suggested: told, asked, called good, or said to help.
SUGGESTED = re.compile(
    rf"(?:^|[,;:] |\b(?:and|or|then|so|just|maybe|perhaps|please|also|not|first|simply|instead|even|to|could"
    rf"|might|can"
    rf"|should|may|you'd|let's|i'd|would|will|always|try"
    rf"|if you|together|tonight|today|you) )(?:{DO})\b"
    r"|\b(?:how|what) about\b|\bhave you (?:ever )?(?:tried|thought|considered)\b"
    r"|\b(?:maybe|perhaps|consider|recommend|suggest\w*|try(?:ing)?|such as|ideas?|recipes?|options?|choice"
    r"|substitutes?|swaps?|replacements?|treat|e\.g\.|including)\b"
    rf"|\b(?:is|are|makes?|be|works?|tastes?|helps?|do|does|would be|can be|sounds)\b[^.]{{0,25}}\b(?:{GOOD})\b"
    r"|\b(?:helps?|soothes?|calms?|eases?|lifts?|relaxe?s?|settles?) (?:you|your|the|with|him|her|them|a|things)\b"
    r"|\b(?:won't|wouldn't|can't|doesn't|never) hurts?\b|\bgood for\b|\byou deserve (?:a|an|some)\b|\bnothing like\b"
    r"|\bfeel free\b|\bworth\b|\bhelps?\b"
    r"|^(?:a|an|some|one|two|warm|hot|fresh) [^.]{0,40}\b(?:can|could|may|might|will|would|does)\b|\bworks?\b"
    r"|\bthere's always\b|\bperfect\b|\bdoes wonders\b|\bnever fails?\b|\bnever hurt\b|\bremedy\b"
    r"|\b(?:soothed|calmed|helped|comforted|saved|worked) (?:me|people|many|others|generations|everyone|so many)\b"
    r"|\b(?:full of|rich in|packed with|plenty of|a source of|good dose of|boosts?|takes? the edge|gets? you"
    r"|keeps? you"
    r"|cheers?|clears?|brings?|gives?) "
    r"|\b(?:you(?:'ve| have)? earned|you need is|all you need|what you need|nothing beats|one won't)\b"
    r"|\b(?:picture|imagine|think of) (?:a|an|some|the|yourself)\b|\b(?:i'd|let me) \w+|\bwhy not\b|\bwhat if\b"
    r"|\btime for\b|\bhow does\b|\bany(?:one)? for\b|\bjust (?:one|a|an|some|the)\b|\bis (?:allowed|okay|ok)\b"
    # A list of things without a verb is a recipe.
    r"|^(?!.*\b(?:you|your|they|he|she|it|hard|must|miss|was|were|is|are)\b)"
    r"(?=.*(?:,|\b(?:mug|cup|bowl|glass|slice|plate|bit|drop|splash|spoonful|handful|piece|pinch|hint) of\b))"
)

# Somebody who knows is asked first.
REFERS = re.compile(
    r"\b(?:ask|asking|check|checking|talk|speak|before|unless|until|confirm|with)\b[^.;]*\b(?:doctor|gp|pharmacist"
    r"|midwife|dietitian|dietician|physician|nurse|specialist)\b"
)
