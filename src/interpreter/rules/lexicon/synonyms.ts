/**
 * Words for the same thing across languages and spellings, one group per line. A group never adds a meaning on its
 * own: it only leads to a value or name word the workspace really has.
 */
import { fold } from '../../../text/fold.js';

export type SynonymKind = 'colour' | 'size' | 'gender' | 'material' | 'thing' | 'brand';

const COLOURS = `
black|مشکی|سیاه|meshki|siah
white|سفید|sefid
gray|grey|طوسی|خاکستری|tusi|toosi|khakestari
silver|نقره ای|نقره‌ای|noghreyi|noghrei|سیلور
gold|golden|طلایی|talayi|talaei|گلد
red|قرمز|سرخ|ghermez|germez
blue|آبی|abi
navy|navy blue|سرمه ای|سورمه ای|sormeyi
green|سبز|sabz
yellow|زرد|zard
orange|نارنجی|پرتقالی|narenji
purple|violet|بنفش|banafsh
pink|صورتی|soorati|surati
brown|قهوه ای|ghahveyi|ghahvei
beige|بژ|bezh
cream|کرم|کرمی|کرم رنگ|کرم رنگی
lavender|یاسی|اسطوخودوسی
turquoise|فیروزه ای|firoozeyi
maroon|burgundy|زرشکی|zereshki
multi|multicolor|multicolour|multicolored|multicoloured|چند رنگ|رنگارنگ|چندرنگ
transparent|clear|شفاف|بی رنگ
bronze|برنزی|برنز
olive|زیتونی
khaki|خاکی
rose gold|رزگلد|رز گلد
graphite|گرافیتی|نوک مدادی
`;

const SIZES = `
xs|x small|extra small|ایکس اسمال|اکس اسمال
s|small|کوچک|اسمال|کوچیک
m|medium|متوسط|مدیوم
l|large|بزرگ|لارج
xl|x large|extra large|ایکس لارج|اکس لارج|xlarge
xxl|2xl|xx large|double xl|دو ایکس لارج|دوایکس لارج|ایکس ایکس لارج
xxxl|3xl|سه ایکس لارج
free size|one size|فری سایز
`;

const GENDERS = `
women|woman|womens|womans|ladies|lady|female|females|زنانه|خانم ها|خانم|بانوان|خانمانه|زنان|zanane
men|man|mens|mans|male|males|gents|gentlemen|مردانه|آقایان|مردونه|مردان|mardane|mardoone
girls|girl|دخترانه|دخترونه
boys|boy|پسرانه|پسرونه
kids|kid|children|childrens|child|بچگانه|بچه گانه|کودک|کودکان
baby|babies|infant|نوزاد|نوزادی
unisex|یونیسکس|اسپرت مشترک
`;

const MATERIALS = `
cotton|پنبه|پنبه ای|نخی
wool|پشم|پشمی
leather|چرم|چرمی|charm
polyester|پلی استر
nylon|نایلون
silk|ابریشم|ابریشمی
steel|فولاد|فولادی|استیل|استیلی
wood|wooden|چوب|چوبی
plastic|پلاستیک|پلاستیکی
glass|شیشه|شیشه ای
metal|فلز|فلزی
denim|جین|لی
linen|لینن|کتان
fleece|فلیس
hemp|کنف
velvet|مخمل|مخملی
aluminium|aluminum|آلومینیوم|آلومینیومی
silicone|سیلیکون|سیلیکونی
carbon|کربن
bamboo|بامبو
gold|طلا
ceramic|سرامیک|سرامیکی
`;

const THINGS = `
hoodie|hoody|هودی
sweatshirt|سویشرت|سویت شرت|سوییشرت
tee|tshirt|t shirt|تیشرت|تی شرت|تی‌شرت
shirt|پیراهن|پیرهن|شرت مردانه
jacket|ژاکت|کاپشن|جکت
coat|کت|پالتو
pant|pants|trouser|trousers|شلوار
short|shorts|شلوارک|شورت
tank|tank top|تاپ|tanks
bra|سوتین|نیم تنه
sock|socks|جوراب
glove|gloves|دستکش
cap|caps|hat|کلاه
dress|dresses|gown|لباس مجلسی|پیراهن زنانه
skirt|دامن
top|tops|بلوز
legging|leggings|tights|ساپورت|لگ|لگینگ
vest|vests|جلیقه
jersey|jerseys|جرسی
suit|کت و شلوار
belt|کمربند
scarf|روسری|شال
shoe|shoes|footwear|کفش|kafsh
sneaker|sneakers|کتونی|کتانی
slipper|slippers|دمپایی
boot|boots|بوت|پوتین|چکمه
heel|heels|پاشنه بلند
bag|bags|کیف
handbag|handbags|کیف دستی|کیف زنانه
backpack|backpacks|کوله پشتی|کوله
watch|watches|wristwatch|ساعت|ساعت مچی
sunglasses|sun glasses|shades|عینک آفتابی
glasses|eyewear|عینک
earring|earrings|گوشواره
jewellery|jewelry|جواهرات|زیورآلات
perfume|perfumes|fragrance|fragrances|cologne|عطر|ادکلن
lipstick|رژ لب|رژلب
mascara|ریمل
nail polish|لاک ناخن|لاک
eyeshadow|سایه چشم
powder|پودر
skincare|skin care|مراقبت پوست|مراقبت از پوست
beauty|cosmetics|makeup|آرایشی|لوازم آرایش|لوازم آرایشی
soap|صابون
lotion|لوسیون
shampoo|شامپو
smartphone|smartphones|phone|phones|mobile phone|cell phone|cellphone|mobile|گوشی|گوشی موبایل|موبایل|تلفن همراه|گوشی همراه|gooshi|goshi
laptop|laptops|notebook|لپ تاپ|لپتاپ|نوت بوک
tablet|tablets|تبلت
charger|chargers|شارژر
headphone|headphones|هدفون|earphone|earphones|هندزفری|headset|headsets|هدست
case|قاب|کاور
camera|دوربین
speaker|speakers|اسپیکر|بلندگو
monitor|مانیتور
keyboard|کیبورد|صفحه کلید
mouse|موس|ماوس
printer|پرینتر|چاپگر
tv|television|تلویزیون
power bank|powerbank|پاوربانک|پاور بانک
cable|کابل
monopod|مونوپاد
iphone|آیفون|ایفون
ipad|آیپد
airpod|airpods|ایرپاد|ایرپادز
macbook|مک بوک|مکبوک
galaxy|گلکسی
pro|پرو
max|مکس
plus|پلاس
mini|مینی
ultra|اولترا
series|سری
fold|فولد
flip|فلیپ
air|ایر
bike|bikes|bicycle|bicycles|cycle|دوچرخه
road bike|road bikes|دوچرخه جاده|دوچرخه جاده ای|دوچرخه کورسی
mountain bike|mountain bikes|دوچرخه کوهستان|دوچرخه کوهستانی
touring bike|touring bikes|دوچرخه توریستی|دوچرخه گردشگری
road|جاده ای|جاده
mountain|کوهستان|کوهستانی
touring|توریستی|گردشگری
helmet|helmets|کلاه ایمنی|کلاه کاسکت
saddle|saddles|seat|زین
wheel|wheels|چرخ
tire|tires|tyre|tyres|لاستیک|تایر
tube|tubes|تیوب
pedal|pedals|پدال|رکاب
brake|brakes|ترمز
chain|chains|زنجیر
frame|frames|بدنه|تنه|فریم|قاب عکس
fork|forks|دوشاخ|چنگال
handlebar|handlebars|فرمان
lock|locks|قفل
pump|pumps|پمپ|تلمبه
light|lights|چراغ
bottle|bottles|بطری|قمقمه
cage|cages|جاقمقمه
component|components|part|parts|قطعه|قطعات
nut|nuts|مهره
washer|washers|واشر
motorcycle|motorcycles|motorbike|motorbikes|موتور|موتورسیکلت
vehicle|vehicles|car|cars|ماشین|خودرو|اتومبیل
furniture|مبلمان|اثاثیه|مبل
sofa|couch|کاناپه
bed|beds|تخت|تختخواب|تخت خواب
table|tables|میز
chair|chairs|صندلی
lamp|lamps|لامپ|آباژور
mirror|mirrors|آینه
decoration|home decoration|دکوراسیون|دکوری|دکور
kitchen|آشپزخانه
kitchen accessories|لوازم آشپزخانه|kitchenware|وسایل آشپزخانه
sports accessories|لوازم ورزشی|sporting goods|sports equipment|وسایل ورزشی
mobile accessories|لوازم جانبی موبایل|لوازم جانبی گوشی|phone accessories|لوازم جانبی
grocery|groceries|خواربار|مواد غذایی|سوپرمارکتی|خوار و بار
knife|knives|چاقو
spoon|spoons|قاشق
plate|plates|بشقاب
cup|cups|فنجان
mug|mugs|ماگ|لیوان
pan|ماهیتابه|تابه
pot|قابلمه
blender|مخلوط کن
oven|فر
microwave|مایکروویو|ماکروویو
stove|اجاق
apple fruit|سیب
milk|شیر
egg|eggs|تخم مرغ
rice|برنج
water|آب
honey|عسل
coffee|قهوه
tea|چای|چایی
sugar|شکر|قند
bread|نان
cheese|پنیر
yogurt|yoghurt|ماست
butter|کره
oil|روغن
fish|ماهی
meat|گوشت
chicken|مرغ
beef|گوشت گاو
potato|potatoes|سیب زمینی
onion|onions|پیاز
cucumber|خیار
lemon|لیمو
strawberry|توت فرنگی
kiwi|کیوی
juice|آبمیوه|آب میوه
ice cream|بستنی
pepper|فلفل
ball|balls|توپ
football|توپ فوتبال
basketball|توپ بسکتبال
volleyball|توپ والیبال
tennis|تنیس
racket|راکت
bat|چوب بیسبال
book|books|کتاب
novel|رمان
pen|خودکار
notebook paper|دفتر
toy|toys|اسباب بازی
tool|tools|ابزار
drink|drinks|beverage|beverages|نوشیدنی
snack|snacks|تنقلات
cosmetics|makeup|make up|آرایشی|لوازم آرایشی
stationery|لوازم التحریر|نوشت افزار
dairy|dairies|لبنیات
poetry|poems|شعر
drill|drills|دریل
lamp|bulb|lightbulb|لامپ
notebook|notebooks|دفتر
pencil|pencils|مداد
carpet|carpets|rug|rugs|فرش
blanket|blankets|پتو
doll|dolls|عروسک
puzzle|puzzles|پازل
ice cream|بستنی
shampoo|shampoos|شامپو
lipstick|lipsticks|رژ لب
nail polish|لاک ناخن
diaper|diapers|nappy|nappies|پوشک
milk|شیر
tea|چای
refrigerator|fridge|یخچال
washing machine|لباسشویی|ماشین لباسشویی
dishwasher|ظرفشویی|ماشین ظرفشویی
vacuum cleaner|جاروبرقی|جارو برقی
iron|اتو
heater|بخاری
air conditioner|کولر|کولر گازی
kettle|کتری
running|دویدن|رانینگ
yoga|یوگا
gym|باشگاه
sport|sports|ورزشی|اسپرت
wireless|بی سیم|بیسیم
electric|برقی
small pack|بسته کوچک
`;

const BRANDS = `
apple|اپل
samsung|سامسونگ
xiaomi|شیائومی|شیایومی
huawei|هواوی|هوآوی
nokia|نوکیا
sony|سونی
lg|ال جی|ال‌جی
asus|ایسوس
lenovo|لنوو
dell|دل
hp|اچ پی
acer|ایسر
microsoft|مایکروسافت
google|گوگل
oppo|اوپو
vivo|ویوو
realme|ریلمی
oneplus|وان پلاس
motorola|موتورولا
honor|آنر
nike|نایک|نایکی
adidas|آدیداس|ادیداس
puma|پوما
reebok|ریبوک
asics|اسیکس
skechers|اسکچرز
gucci|گوچی
prada|پرادا
rolex|رولکس
dior|دیور
chanel|شنل
calvin klein|کلوین کلاین|کالوین کلین
zara|زارا
casio|کاسیو
amazon|آمازون
beats|بیتس
bosch|بوش
philips|فیلیپس
panasonic|پاناسونیک
canon|کانن
nikon|نیکون
nivea|نیوا
loreal|لورال
vaseline|وازلین
olay|اولای
nescafe|نسکافه
luma|لوما
adventure works|ادونچر ورکس
kawasaki|کاوازاکی
dodge|دوج
chrysler|کرایسلر
longines|لونژین
gigabyte|گیگابایت
anker|انکر
jbl|جی بی ال
tefal|تفال
`;

export interface SynonymGroup {
  kind: SynonymKind;
  /** Folded words of each member. */
  members: readonly (readonly string[])[];
}

const TABLES: readonly (readonly [SynonymKind, string])[] = [
  ['colour', COLOURS],
  ['size', SIZES],
  ['gender', GENDERS],
  ['material', MATERIALS],
  ['thing', THINGS],
  ['brand', BRANDS],
];

export const SYNONYM_GROUPS: readonly SynonymGroup[] = TABLES.flatMap(([kind, table]) =>
  table
    .trim()
    .split('\n')
    .map((line) => ({ kind, members: line.split('|').map((member) => fold(member).split(' ')) })),
);
