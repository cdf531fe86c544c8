namespace Attention.Models;

public static partial class SuffixTagger
{
    private static readonly HashSet<string> Modals = new(StringComparer.Ordinal)
    {
        "will", "would", "can", "ca", "could", "may", "might", "must", "shall", "should", "do", "does", "did",
    };

    private static readonly HashSet<string> Subjects = new(StringComparer.Ordinal) { "i", "he", "she", "we", "they", "who" };

    // The first that fits decides.
    private static readonly (string Ending, string Tag)[] Endings =
    [
        ("ly", "ADV"), ("thing", "NOUN"), ("ing", "VERB"), ("eed", "NOUN"), ("ed", "VERB"), ("ous", "ADJ"), ("ful", "ADJ"), ("ive", "ADJ"), ("able", "ADJ"), ("ible", "ADJ"), ("ical", "ADJ"), ("onal", "ADJ"),
        ("al", "ADJ"), ("ic", "ADJ"), ("less", "ADJ"), ("ish", "ADJ"), ("ent", "NOUN"), ("ant", "ADJ"), ("ary", "ADJ"), ("ier", "ADJ"), ("est", "ADJ"), ("some", "ADJ"), ("ward", "ADV"), ("ize", "VERB"), ("ise", "VERB"), ("ify", "VERB"),
    ];

    private static readonly Dictionary<string, string> Known = Lists(
        ("DET", "the a an this that these those every each some any no all both another either neither"),
        ("PRON", "i you he she it we they me him us them who whom what which something nothing anything everything someone nobody everyone anyone my your his her its our their mine yours hers ours theirs myself himself herself itself themselves"),
        ("ADP", "in on at by with from of for under over after before between into through about against during without within near up off across along around behind beside above below toward towards upon than like per via despite except until since"),
        ("AUX", "is are was were be been being am 'm 're 've 'll 'd will wo would can ca could may might must shall should has have had do does did"),
        ("CCONJ", "and or but nor"),
        ("SCONJ", "because if although though while when whether unless as"),
        ("PART", "to not n't 's"),
        ("INTJ", "yes oh hello please hi thanks"),
        ("ADV", "very never always often sometimes here there now then too also again soon today yesterday tomorrow just only still already yet even well almost perhaps maybe away back down out quite rather ago once how where why outside inside together instead however later better far"),
        ("ADJ", "good bad big small large old new young long short high low red green blue black white grey brown yellow happy sad quick slow fast warm cold hot wet dry other same such many much more most few last next first second third own great little early late hard easy clear simple strange free full empty deep wide strong weak rich poor right wrong true false open heavy dark bright clean dirty healthy friendly lovely lonely different important difficult ready silent recent ancient excellent wooden golden taller older younger larger smaller longer shorter higher lower earlier faster slower"),
        ("VERB", "sat ran went saw made took came gave said knew found left wrote read spoke ate slept lay stood told thought brought bought caught felt kept held heard met paid sent sold taught built lost won began broke chose drank drove fell flew forgot grew rose rode sang swam threw wore woke became understood meant led written eaten taken given seen gone done known shown spoken broken chosen fallen grown become "
            + "go goes come comes get gets got make makes take takes give gives say says see sees know knows think thinks want wants need needs find finds tell tells ask asks seem seems feel feels try tries leave leaves call calls keep keeps let put puts begin begins become becomes run runs sit sits sleep sleeps read reads write writes eat eats drink drinks like likes love loves live lives stay stays play plays learn learns help helps show shows hear hears speak speaks bring brings buy buys sell sells hold holds stand stands move moves believe believes happen happens understand understands"),
        ("NUM", "zero one two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand million billion"),
        ("NOUN", "morning evening building king ring spring thing string wing wedding bed seed family city country year day week month time people man men woman women child children animal hospital metal capital music topic morning bus news lunch programming"));

    private static Dictionary<string, string> Lists(params (string Tag, string Words)[] lists)
    {
        Dictionary<string, string> known = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string tag, string words) in lists)
        {
            foreach (string word in words.Split(' '))
            {
                // "broken" and "like" stand in two lists: the first one counts.
                known.TryAdd(word, tag);
            }
        }

        return known;
    }
}
