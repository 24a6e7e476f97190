# bash completion for gan, made by "gan help --completion"
_gan()
{
    local commands="train sample upscale restore export eval data report animate compare info bench selftest help" words='' word=${COMP_WORDS[COMP_CWORD]}
    case $COMP_CWORD:${COMP_WORDS[1]}:$word in
    1:*) words="$commands --help --version" ;;
    *:train:-*) words="--preset --data --size --fit --channels --background --captions --hold-out --skip-bad --epochs --checkpoint-every --keep-every --picture-every --eval-every --log --report --out --from --resume --memory --overwrite --generator --discriminator --latent --init --batch --d-steps --loss --label-smoothing --flip --augment --instance-noise --r1 --r2 --task --scale --crop --turn --phases --adversarial --condition --mismatch --mismatch-epochs --mismatch-near --gradient-penalty --lr --lr-g --lr-d --lr-schedule --lr-epochs --beta1 --beta2 --eps --ema --seed --limit --threads --isa --quiet --watch --show --ranks --help" ;;
    *:sample:-*) words="--ckpt --seed --no-ema --label --label-grid --text --texts --out --format --rows --cols --pad --count --latents --interpolate --truncation --best --scale --show --threads --isa --help" ;;
    *:upscale:-*) words="--out --no-ema --tile --overwrite --quiet --ckpt --scale --method --threads --isa --help" ;;
    *:restore:-*) words="--out --no-ema --tile --overwrite --quiet --ckpt --threads --isa --help" ;;
    *:export:-*) words="--out --format --int8 --no-ema --overwrite --threads --isa --help" ;;
    *:eval:-*) words="--ckpt --seed --no-ema --data --count --samples --judge --features --neighbours --compare --figure --memory --json --size --fit --channels --background --captions --hold-out --skip-bad --threads --isa --help" ;;
    *:data:-*) words="--out --rows --cols --crop --memory --json --size --fit --channels --background --captions --hold-out --skip-bad --threads --isa --help" ;;
    *:report:-*) words="--out --budget --no-explorer --no-training --help" ;;
    *:animate:-*) words="--out --rate --every --scale --hold --max-size --help" ;;
    *:compare:-*) words="--json --help" ;;
    *:info:-*) words="--json --help" ;;
    *:bench:-*) words="--preset --generator --discriminator --latent --init --batch --d-steps --loss --label-smoothing --flip --augment --instance-noise --r1 --r2 --task --scale --crop --turn --phases --adversarial --condition --mismatch --mismatch-epochs --mismatch-near --gradient-penalty --lr --lr-g --lr-d --lr-schedule --lr-epochs --beta1 --beta2 --eps --ema --seed --limit --json --threads --isa --help" ;;
    *:selftest:-*) words="--help" ;;
    *:help:-*) words="--man --completion --help" ;;
    2:help:*) words="$commands presets layers environment" ;;
    esac
    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in
    train:--preset) words="auto listing fast best dcgan stacked mnist-label mnist-text emoji-text dcgan-32 dcgan-64 dcgan-128 mnist-upscale photo-upscale points" ;;
    train:--fit) words="crop pad" ;;
    train:--channels) words="auto 1 3" ;;
    train:--log) words="tensorboard jsonl" ;;
    train:--init) words="listing he xavier dcgan" ;;
    train:--loss) words="non-saturating minimax least-squares hinge wasserstein relativistic" ;;
    train:--augment) words="color translation cutout auto" ;;
    train:--task) words="none upscale colorize inpaint" ;;
    train:--condition) words="none label caption" ;;
    train:--lr-schedule) words="constant linear cosine" ;;
    train:--show) words="auto kitty sixel blocks 256 text none" ;;
    sample:--show) words="auto kitty sixel blocks 256 text none" ;;
    upscale:--method) words="auto model bicubic nearest" ;;
    eval:--judge) words="auto labels turns" ;;
    eval:--fit) words="crop pad" ;;
    eval:--channels) words="auto 1 3" ;;
    data:--fit) words="crop pad" ;;
    data:--channels) words="auto 1 3" ;;
    bench:--preset) words="auto listing fast best dcgan stacked mnist-label mnist-text emoji-text dcgan-32 dcgan-64 dcgan-128 mnist-upscale photo-upscale points" ;;
    bench:--init) words="listing he xavier dcgan" ;;
    bench:--loss) words="non-saturating minimax least-squares hinge wasserstein relativistic" ;;
    bench:--augment) words="color translation cutout auto" ;;
    bench:--task) words="none upscale colorize inpaint" ;;
    bench:--condition) words="none label caption" ;;
    bench:--lr-schedule) words="constant linear cosine" ;;
    esac
    # shellcheck disable=SC2207 # no option has a space
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _gan gan
