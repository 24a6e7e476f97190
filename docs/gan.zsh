#compdef gan
# zsh completion for gan, made by "gan help --completion zsh"
_gan_commands()
{
    local -a commands=(
        'train:train a generator and a discriminator on images'
        'sample:draw images from a checkpoint'
        'upscale:enlarge pictures'
        'restore:colour grey pictures, or fill holes in them'
        'export:write a generator for other programs'
        'eval:judge a checkpoint'\''s samples against the test images'
        'data:describe a data set and draw its first samples'
        'report:write a page that shows runs and lets you explore G'
        'animate:make a film of a run'\''s pictures'
        'compare:show how runs differ'
        'info:show what is in a checkpoint'
        'bench:measure a training step against the peak of this CPU'
        'selftest:check that this build is bit-identical to the reference'
        'help:explain a command and its options'
    )
    _describe -t commands command commands
}
_gan_topics()
{
    local -a topics=(
        'presets:options that go well together'
        'layers:the layers that nets are made of'
        'environment:environment variables and exit codes'
    )
    _gan_commands
    _describe -t topics topic topics
}
_gan()
{
    if ((CURRENT == 2)); then
        _gan_commands
        [[ $PREFIX != -* ]] || compadd -- --help --version
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
    train)
        _arguments -s \
            '--preset=[set several options at once]:NAME:(auto listing fast best dcgan stacked mnist-label mnist-text emoji-text dcgan-32 dcgan-64 dcgan-128 mnist-upscale photo-upscale points)' \
            '--data=[folder of pictures, whose subfolders are classes]:PATH:_files' \
            '--size=[resize the pictures of a folder to N x N pixels]:N: ' \
            '--fit=[how to make images square]:HOW:(crop pad)' \
            '--channels=[grey or colour]:N:(auto 1 3)' \
            '--background=[colour under transparency and beside padded images]:COLOUR: ' \
            '--captions=[captions of the images]:FILE:_files' \
            '--hold-out=[keep this share of the captions, with all their images, out of training, for gan eval to judge with]:SHARE: ' \
            '--skip-bad[leave out image files that cannot be read, with a note, instead of stopping]' \
            '(-e --epochs)'{-e+,--epochs=}'[passes over the data in total]:N: ' \
            '--checkpoint-every=[epochs between two saves of model.bin]:N: ' \
            '--keep-every=[keep the checkpoint of every N-th epoch as model-NNNN.bin]:N: ' \
            '--picture-every=[write the two pictures of every N-th epoch and of the last]:N: ' \
            '--eval-every=[judge the samples every N epochs as gan eval does]:N: ' \
            '--log=[also write the figures of each epoch for other programs]:KINDS:_sequence compadd - tensorboard jsonl' \
            '--report[keep the page of gan report in DIR/report.html]' \
            '(-o --out)'{-o+,--out=}'[folder of the run]:DIR:_files' \
            '--from=[start a new run from the nets of another run, its checkpoint or its folder]:FILE:_files' \
            '(-r --resume)'{-r,--resume}'[continue the run in DIR with its options]' \
            '--memory=[take at most this much memory, such as 500M]:SIZE: ' \
            '--overwrite[delete the run in DIR and start a new one]' \
            '(-g --generator)'{-g+,--generator=}'[layers of G, from z to a sample]:SPEC: ' \
            '(-d --discriminator)'{-d+,--discriminator=}'[layers of D, from a sample to one logit]:SPEC: ' \
            '--latent=[values in a z, the generator'\''s input]:N: ' \
            '--init=[initial weights, from a normal distribution]:NAME:(listing he xavier dcgan)' \
            '(-b --batch)'{-b+,--batch=}'[real samples per step, with as many fakes]:N: ' \
            '(-k --d-steps)'{-k+,--d-steps=}'[steps of D for each step of G]:K: ' \
            '--loss=[what D and G minimise]:NAME:(non-saturating minimax least-squares hinge wasserstein relativistic)' \
            '--label-smoothing=[D learns 1 - S for real samples and 0 for fakes]:S: ' \
            '--flip[mirror real images at random, left to right]' \
            '--augment=[randomly change all images that D sees, real and fake]:LIST:_sequence compadd - color translation cutout auto' \
            '--instance-noise=[normal noise on all that D sees, real and fake]:STD: ' \
            '--r1=[D also pays GAMMA/2 |g|^2, with g its gradient at real samples]:GAMMA: ' \
            '--r2=[the same at fakes]:GAMMA: ' \
            '--task=[what G makes]:NAME:(none upscale colorize inpaint)' \
            '--scale=[how many times the task upscale enlarges each side]:N: ' \
            '--crop=[with a task]:N: ' \
            '--turn[with a task]' \
            '--phases=[with a task]:LIST: ' \
            '--adversarial=[with a task]:W: ' \
            '--condition=[what G and D are told of each sample, by layers condition and projection]:NAME:(none label caption)' \
            '--mismatch=[of what D learns to refuse, the share of real samples with a condition that is not theirs]:SHARE: ' \
            '--mismatch-epochs=[epochs after which D no longer sees these]:N: ' \
            '--mismatch-near=[of these conditions, the share that is one of the 8 captions most like the right one, so that D has to look closely]:SHARE: ' \
            '--gradient-penalty=[D also pays LAMBDA]:LAMBDA: ' \
            '--lr=[learning rate of Adam]:R: ' \
            '--lr-g=[learning rate of G, if not --lr]:R: ' \
            '--lr-d=[learning rate of D, if not --lr]:R: ' \
            '--lr-schedule=[how the learning rates change]:NAME:(constant linear cosine)' \
            '--lr-epochs=[epochs after which the schedule reaches 0]:N: ' \
            '--beta1=[decay of Adam'\''s mean of gradients]:R: ' \
            '--beta2=[decay of Adam'\''s mean of squared gradients]:R: ' \
            '--eps=[added to Adam'\''s denominator]:R: ' \
            '--ema=[average the weights of G over its steps and sample from the average, such as 0.999]:BETA: ' \
            '(-s --seed)'{-s+,--seed=}'[seed of all random numbers]:N: ' \
            '(-n --limit)'{-n+,--limit=}'[train on the first N samples only]:N: ' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-q --quiet)'{-q,--quiet}'[print errors only]' \
            '--watch[keep the samples from the same z on the terminal, above the progress line, drawn again at each epoch]' \
            '--show=[how --watch draws]:WAY:(auto kitty sixel blocks 256 text none)' \
            '--ranks=[processes that share each batch]:N: ' \
            '(-h --help)'{-h,--help}'[this text]'
        ;;
    sample)
        _arguments -s \
            '(-c --ckpt)'{-c+,--ckpt=}'[the checkpoint, or the folder of a run, for its newest one]:FILE:_files' \
            '(-s --seed)'{-s+,--seed=}'[of the latents]:N: ' \
            '--no-ema[sample G as its last step left it, not the average that --ema made of it]' \
            '(-l --label)'{-l+,--label=}'[show this class in a row]:NAME: ' \
            '--label-grid[show each class in a row of its own]' \
            '(-t --text)'{-t+,--text=}'[show what this text says in a row]:TEXT: ' \
            '--texts=[the same for each line of a file]:FILE:_files' \
            '(-o --out)'{-o+,--out=}'[file to write]:FILE:_files' \
            '(-f --format)'{-f+,--format=}'[png, npy or idx, if the name of FILE does not tell]:NAME: ' \
            '--rows=[rows of the grid]:N: ' \
            '--cols=[columns of the grid]:N: ' \
            '--pad=[black pixels between the samples of the grid]:N: ' \
            '(-n --count)'{-n+,--count=}'[number of samples to write, if not a grid]:N: ' \
            '(-z --latents)'{-z+,--latents=}'[take the latents from an .npy of numbers,]:FILE:_files' \
            '--interpolate=[fill each row with N samples on the great circle from one latent to another]:N: ' \
            '--truncation=[multiply the latents by PSI]:PSI: ' \
            '--best=[of the first N samples, of each class or text, show those that D finds most real, the best first]:N: ' \
            '--scale=[draw each pixel of a PNG as a square of N x N]:N: ' \
            '--show=[show the picture on the terminal, too, and how]:WAY:(auto kitty sixel blocks 256 text none)' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]'
        ;;
    upscale)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[the PNG to write]:FILE:_files' \
            '--no-ema[use G as its last step left it, not the average that --ema made of it]' \
            '--tile=[work on tiles of N x N pixels and what G sees around them]:N: ' \
            '--overwrite[replace files of the same names in a folder]' \
            '(-q --quiet)'{-q,--quiet}'[print no line for each picture, and no progress]' \
            '(-c --ckpt)'{-c+,--ckpt=}'[the checkpoint of a run with --task upscale, or its folder, for the newest one]:FILE:_files' \
            '--scale=[how many times wider and higher the pictures become]:N: ' \
            '--method=[how pictures are enlarged]:NAME:(auto model bicubic nearest)' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]' \
            '*:FILE:_files'
        ;;
    restore)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[the PNG to write]:FILE:_files' \
            '--no-ema[use G as its last step left it, not the average that --ema made of it]' \
            '--tile=[work on tiles of N x N pixels and what G sees around them]:N: ' \
            '--overwrite[replace files of the same names in a folder]' \
            '(-q --quiet)'{-q,--quiet}'[print no line for each picture, and no progress]' \
            '(-c --ckpt)'{-c+,--ckpt=}'[the checkpoint of a run with --task colorize or inpaint, or its folder, for the newest one]:FILE:_files' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]' \
            '*:FILE:_files'
        ;;
    export)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[file to write]:FILE:_files' \
            '(-f --format)'{-f+,--format=}'[onnx, h or npz, if the name of FILE does not tell]:NAME: ' \
            '--int8[for .h]' \
            '--no-ema[export G as its last step left it, not the average that --ema made of it]' \
            '--overwrite[replace FILE if it exists]' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]' \
            '1:FILE:_files'
        ;;
    eval)
        _arguments -s \
            '(-c --ckpt)'{-c+,--ckpt=}'[the checkpoint, or the folder of a run, for its newest one]:FILE:_files' \
            '(-s --seed)'{-s+,--seed=}'[of the latents]:N: ' \
            '--no-ema[sample G as its last step left it, not the average that --ema made of it]' \
            '--data=[data to judge against, as for gan train]:PATH:_files' \
            '(-n --count)'{-n+,--count=}'[samples to judge]:N: ' \
            '--samples=[judge samples of any program instead, --count of those in an .npy]:FILE:_files' \
            '--judge=[what the classifier learns, in whose features samples are compared]:NAME:(auto labels turns)' \
            '--features=[write the samples'\'' features to an .npy of float32]:FILE:_files' \
            '--neighbours=[write a PNG of the first 64 samples, in the order of gan sample'\''s grid, each with its nearest training image to its right]:FILE:_files' \
            '--compare=[of a G that restores pictures]:FILE:_files' \
            '--figure=[of a G that restores pictures]:FILE:_files' \
            '--memory=[take at most this much memory, such as 500M]:SIZE: ' \
            '(-j --json)'{-j,--json}'[print one JSON object]' \
            '--size=[resize the pictures of a folder to N x N pixels]:N: ' \
            '--fit=[how to make images square]:HOW:(crop pad)' \
            '--channels=[grey or colour]:N:(auto 1 3)' \
            '--background=[colour under transparency and beside padded images]:COLOUR: ' \
            '--captions=[captions of the images]:FILE:_files' \
            '--hold-out=[keep this share of the captions, with all their images, out of training, for gan eval to judge with]:SHARE: ' \
            '--skip-bad[leave out image files that cannot be read, with a note, instead of stopping]' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]'
        ;;
    data)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[write a PNG of the first samples, as a run sees them, with their captions beneath]:FILE:_files' \
            '--rows=[rows of the grid]:N: ' \
            '--cols=[columns of the grid]:N: ' \
            '--crop=[look at a data set of random crops of N x N pixels, whose images keep their own sizes]:N: ' \
            '--memory=[take at most this much memory, such as 500M]:SIZE: ' \
            '(-j --json)'{-j,--json}'[print one JSON object]' \
            '--size=[resize the pictures of a folder to N x N pixels]:N: ' \
            '--fit=[how to make images square]:HOW:(crop pad)' \
            '--channels=[grey or colour]:N:(auto 1 3)' \
            '--background=[colour under transparency and beside padded images]:COLOUR: ' \
            '--captions=[captions of the images]:FILE:_files' \
            '--hold-out=[keep this share of the captions, with all their images, out of training, for gan eval to judge with]:SHARE: ' \
            '--skip-bad[leave out image files that cannot be read, with a note, instead of stopping]' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]' \
            '1:PATH:_files'
        ;;
    report)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[the page to write]:FILE:_files' \
            '--budget=[leave out pictures, evenly, so that the page is not larger than this]:MB: ' \
            '--no-explorer[leave out the generators, which are most of a small page]' \
            '--no-training[leave out training samples beside those of G, and do not read the data]' \
            '(-h --help)'{-h,--help}'[this text]' \
            '*:RUN:_files'
        ;;
    animate)
        _arguments -s \
            '(-o --out)'{-o+,--out=}'[the APNG to write]:FILE:_files' \
            '--rate=[frames per second]:N: ' \
            '--every=[show every N-th epoch, and the last]:N: ' \
            '--scale=[draw each pixel as a square of N x N]:N: ' \
            '--hold=[how long the last frame is shown before the film starts again]:SECONDS: ' \
            '--max-size=[the most megabytes of the film]:MB: ' \
            '(-h --help)'{-h,--help}'[this text]' \
            '1:RUN:_files'
        ;;
    compare)
        _arguments -s \
            '(-j --json)'{-j,--json}'[print one JSON object]' \
            '(-h --help)'{-h,--help}'[this text]' \
            '*:RUN:_files'
        ;;
    info)
        _arguments -s \
            '(-j --json)'{-j,--json}'[print one JSON object]' \
            '(-h --help)'{-h,--help}'[this text]' \
            '1:FILE:_files'
        ;;
    bench)
        _arguments -s \
            '--preset=[set several options at once]:NAME:(auto listing fast best dcgan stacked mnist-label mnist-text emoji-text dcgan-32 dcgan-64 dcgan-128 mnist-upscale photo-upscale points)' \
            '(-g --generator)'{-g+,--generator=}'[layers of G, from z to a sample]:SPEC: ' \
            '(-d --discriminator)'{-d+,--discriminator=}'[layers of D, from a sample to one logit]:SPEC: ' \
            '--latent=[values in a z, the generator'\''s input]:N: ' \
            '--init=[initial weights, from a normal distribution]:NAME:(listing he xavier dcgan)' \
            '(-b --batch)'{-b+,--batch=}'[real samples per step, with as many fakes]:N: ' \
            '(-k --d-steps)'{-k+,--d-steps=}'[steps of D for each step of G]:K: ' \
            '--loss=[what D and G minimise]:NAME:(non-saturating minimax least-squares hinge wasserstein relativistic)' \
            '--label-smoothing=[D learns 1 - S for real samples and 0 for fakes]:S: ' \
            '--flip[mirror real images at random, left to right]' \
            '--augment=[randomly change all images that D sees, real and fake]:LIST:_sequence compadd - color translation cutout auto' \
            '--instance-noise=[normal noise on all that D sees, real and fake]:STD: ' \
            '--r1=[D also pays GAMMA/2 |g|^2, with g its gradient at real samples]:GAMMA: ' \
            '--r2=[the same at fakes]:GAMMA: ' \
            '--task=[what G makes]:NAME:(none upscale colorize inpaint)' \
            '--scale=[how many times the task upscale enlarges each side]:N: ' \
            '--crop=[with a task]:N: ' \
            '--turn[with a task]' \
            '--phases=[with a task]:LIST: ' \
            '--adversarial=[with a task]:W: ' \
            '--condition=[what G and D are told of each sample, by layers condition and projection]:NAME:(none label caption)' \
            '--mismatch=[of what D learns to refuse, the share of real samples with a condition that is not theirs]:SHARE: ' \
            '--mismatch-epochs=[epochs after which D no longer sees these]:N: ' \
            '--mismatch-near=[of these conditions, the share that is one of the 8 captions most like the right one, so that D has to look closely]:SHARE: ' \
            '--gradient-penalty=[D also pays LAMBDA]:LAMBDA: ' \
            '--lr=[learning rate of Adam]:R: ' \
            '--lr-g=[learning rate of G, if not --lr]:R: ' \
            '--lr-d=[learning rate of D, if not --lr]:R: ' \
            '--lr-schedule=[how the learning rates change]:NAME:(constant linear cosine)' \
            '--lr-epochs=[epochs after which the schedule reaches 0]:N: ' \
            '--beta1=[decay of Adam'\''s mean of gradients]:R: ' \
            '--beta2=[decay of Adam'\''s mean of squared gradients]:R: ' \
            '--eps=[added to Adam'\''s denominator]:R: ' \
            '--ema=[average the weights of G over its steps and sample from the average, such as 0.999]:BETA: ' \
            '(-s --seed)'{-s+,--seed=}'[seed of all random numbers]:N: ' \
            '(-n --limit)'{-n+,--limit=}'[train on the first N samples only]:N: ' \
            '(-j --json)'{-j,--json}'[print one JSON object]' \
            '(-t --threads)'{-t+,--threads=}'[threads]:N: ' \
            '--isa=[instruction set]:NAME: ' \
            '(-h --help)'{-h,--help}'[this text]'
        ;;
    selftest)
        _arguments -s \
            '(-h --help)'{-h,--help}'[this text]'
        ;;
    help)
        _arguments -s \
            '--man[print the man page gan.1]' \
            '--completion[print a completion script for bash, or for zsh or fish with that word after it]' \
            '(-h --help)'{-h,--help}'[this text]' \
            '1:COMMAND:_gan_topics'
        ;;
    *) _files ;;
    esac
}
if [[ $funcstack[1] == _gan ]]; then
    _gan "$@"
else
    compdef _gan gan
fi
