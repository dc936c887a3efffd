/**
 * Everyday words that are never a slip of the finger for a product word: "made" is not "Jade", "than" is not "thin".
 * Without a dictionary this is what keeps spelling correction honest.
 */
import { fold } from '../../../text/fold.js';

const ENGLISH = `love loves able about above across after again against ago ahead along already also although always among another any anyone anything anyway apart around away back
because become been before began behind being below beneath best better between both bought bring brought built came care case cause certain change check clear close come
cost could date days deal different does doing done door down during each early easy either else enough even ever every everyone everything exact except extra fact fall
far fast feel felt find fine first five fix four free fresh from front full further gave getting give given gives goes going gone good great group grow half hand happen hard
have having hear heard held help here high hold home hope hour house idea inside into item items join just keep kept kind knew know known large last late later least leave
left less life light like likely line list little live long look lose loss lost made main make makes making many mark match matter mean means meet might mind mine more most
move much must name near nearly need never news next nice nine none note nothing often only onto open order other others ours outside over owner page paid part past pick
place plan play plus point quite rather read ready real really reason right same save second seem seen sell send sent shall share shop short should show side since sold
some someone something soon sort stay still stop store such sure take taken talk tell than thank that their them then there these they thing things think third this those
though three through till time times today together told took toward true turn type under until upon used user uses using usually very wait want wants watch ways week well
went were what when where whether which while whole whom whose will with within without wonder work world would write year years your yours boots shirt shirts coat coats
boot shoe shoes scarf skirt dress truck hats belt belts toys book books phone phones pens lamp lamps desk desks cake fish meat rice wine beer soap brush towel towels cheap
nicer worse upper ones rest used sale sales`;

const PERSIAN = `است هست بود شود باشد دارد داشت کرد خواهد باید شاید اما ولی چون زیرا پس پیش بعد قبل بالا پایین چپ راست جلو عقب همین همان چنین چنان هنوز هرگز همیشه گاهی
اینجا آنجا کجا چرا چگونه کدام کسی چیزی جایی وقت روز شب سال ماه هفته خوب بد بزرگ کوچک نو کهنه گرم سرد تازه مانده مونده باقی کار دست پا سر چشم مورد نظر طرف`;

export const COMMON_WORDS: ReadonlySet<string> = new Set(`${ENGLISH} ${PERSIAN}`.split(/\s+/).map(fold));
