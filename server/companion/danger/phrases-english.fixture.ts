/** Every one of these must be answered as danger, or at least be asked about. */
export const DANGER_ENGLISH: readonly string[] = `
I want to die
i wanna die
I just want to die.
i want 2 die lol jk i want to die
I don't want to live anymore
i dont wanna live any more
I want to kill myself
im gonna kill my self
gonna kill myself tonight
kms
i should just kms
I'm thinking about suicide
i am suicidal
feeling suicidal again
i keep having suicidal thoughts
thinking of commiting sucide
thinking about suiside all day
i want to unalive myself
k1ll mys3lf
I WANT TO DIE
i wish i was dead
I wish I had never been born
i wish i could fall asleep and never wake up
i hope i don't wake up tomorrow
everyone would be better off without me
my family would be better if i was gone
they'd be happier if I were dead
there's no reason to live
i have nothing to live for
life isn't worth living
what's the point of living
I'm tired of living
I'm done with life
I can't go on
i cant do this anymore
i want it all to end
I'm going to end my life
i'm going to end it all
I want to end it tonight
thinking of jumping off a bridge
i could jump in front of a train
i want to hang myself
i want to slit my wrists
i want to overdose
i took all my pills
I just swallowed a whole bottle of sleeping pills
nobody would care if I died
no one would miss me if i was gone
how many paracetamol does it take to overdose
what is the easiest way to die
I hate being alive
i tried to kill myself last year
goodbye forever
I cut myself
i've been cutting again
i started cutting myself on purpose
i keep hurting myself
I burn myself with a lighter
i self harm
relapsed into self-harm yesterday
i want to hurt myself
i starve myself because i deserve it
I want to disappear
i feel like a burden
i don't want to be here anymore
My husband hits me
my bf beat me up last night
my dad hits me when he is drunk
he choked me yesterday
He threatened to kill me
my ex is stalking me
i was raped
I was sexually assaulted
my uncle touches me at night
my boyfriend won't let me leave the house
I'm scared of my husband
I don't feel safe at home
someone is following me
i'm being abused
my stepdad molested me
I want to hurt someone
I'm going to stab him
i want to kill him
im afraid i will hurt my baby
the voices tell me to kill
i feel like killing my boss
i will shoot up my school
My friend wants to kill himself
my sister is suicidal
my daughter is cutting herself
my brother killed himself
I don't want to die
s u i c i d e
i wnt to kil myslef
I can't take it anymore, I want to die
idk i just dont want to exist
i don't want to wake up anymore
I cut my wrists
I just want everything to stop
i dont see a future for me
what if i just killed myself
i've been thinking about ending it
I'm planning to end my life tonight
I want to go to sleep and not wake up
i wish i were never born
im better off dead
i cant live like this
everyone hates me and i want to disappear
my husband punched me last night
my father beats us
my partner threatens me with a knife
my boyfriend forces me to have sex
he raped me
I got beaten up by my dad
my teacher touched me
i keep scratching my arms until they bleed
i want to cut
I've been burning my skin
i might hurt my wife
I want to kill everyone
thinking about driving into a tree
i bought a rope
I dont want to be alive rn
id rather be dead
im going to kms tonight
i wanna unalive
my son said he wants to die
my best friend is self harming
life is not worth it
there is no point in living anymore
i have no reason to stay
I ate a whole bottle of tylenol
feeling like ending my life
i cant keep living
im so done with life
I feel like dying
suicide hotline
need help im suicidal
`
  .trim()
  .split('\n');

/** None of these may be taken for danger. */
export const INNOCENT_PHRASES_ENGLISH: readonly string[] = `
I could kill for a coffee
I'd kill for some pizza right now
this homework is killing me
my feet are killing me
this heat is going to kill me
killer app
that was a killer feature
dead tired
I'm dead tired today
dead serious
the deadline is tomorrow
I'm dying of laughter
I almost died laughing
I nearly died of embarrassment
I'm dying to see you
dying for a coffee
this cake is to die for
old habits die hard
I'd rather die than eat broccoli
my phone died
my battery is dead
the server keeps dying
how do I kill a process in linux
kill the server with ctrl-c
kill -9 1234
how to kill a zombie process
how do i kill time at the airport
we killed two birds with one stone
you killed it on stage
killing it at work lately
Killing Me Softly is a great song
have you seen Kill Bill
I'm reading To Kill a Mockingbird
How to Get Away with Murder is my favourite series
No Time to Die was a good film
I love the song "I Want to Die"
she sang the song "Kill Myself" at the concert
Suicide Squad was a bad movie
what is the suicide rate in Japan
I'm writing an essay about suicide prevention
that decision was career suicide
Romeo and Juliet commit suicide at the end
I shot myself in the foot with that email
don't beat yourself up
I was beating myself up over the exam
I could kick myself
I cut myself shaving
I cut myself on a piece of glass
I burned myself on the oven
I burned myself making tea
I hurt myself playing football
I hurt my back
I hurt my knee running
cut me some slack
I got my hair cut
cutting carbs this month
he beats me at chess every time
my brother beat me in the race
that song hits me hard
hit me up later
it hit me that I forgot my keys
the sun hits me in the face
I don't want to hurt her feelings
shoot me a message
shoot him an email
drowning in work
I'm drowning in emails
bored to death
scared to death of spiders
I love you to death
laughing my head off, I'm dead
I killed the final boss
I keep dying in dark souls
kill all the zombies
I want to kill the mosquito in my room
let's hang out tonight
I don't want to live with my parents
I don't want to wake up early tomorrow
I'm starving
panic at the disco
heart attack grill is a restaurant
overkill for such a small project
the walking dead
live and let die
dead letter queue
we need to execute the script
the president was shot in 1963
a murder mystery dinner
painkillers
road kill
I give up on this puzzle
goodbye everyone, see you tomorrow
hello world
I'm hopeless at maths
a stab in the dark
my dog died
my grandmother passed away
I'm scared of flying
I'm afraid of spiders
I'm afraid I'll fail my exam
I want to quit my job
I want to leave my husband
I'm tired of my job
I'm tired of studying
I feel sad
I feel lonely
I hate mondays
my brother annoys me
I can't sleep
I can't stop crying
the meeting was deadly boring
I'm dead inside lol
kill the lights please
execution time of the script
he killed the joke
she's drop dead gorgeous
I'd die for you, said the song
this traffic makes me crazy
my kids are killing me with their questions
I could murder a curry
we murdered them 5-0
let's hang tomorrow
hang on a second
I shot a wedding yesterday
the plant is dying
I want to cut my hair
I cut my finger
my computer crashed
let me kill this bug
stabbing pain in my knee
I hit my head
he hit the ball
I was beaten in the finals
how does a gun work
what is the plot of Hamlet
my boss is going to love this
`
  .trim()
  .split('\n');
